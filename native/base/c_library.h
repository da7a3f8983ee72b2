/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_C_LIBRARY_H
#define OFFHEAP_C_LIBRARY_H

/*
 * Where the C libraries that a preload library is built for, glibc and musl, differ at its start. To be included after
 * _GNU_SOURCE. musl has no macro of its own; what is not glibc is taken for musl.
 */

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

/* An address in the C library's object. */
static inline const void *c_library_address(void) {
#if defined(__GLIBC__)
    /* POSIX has function pointers in a void *, C does not: hence memcpy. */
    const char *(*function)(void) = gnu_get_libc_version;
    const void *address;
    memcpy(&address, &function, sizeof address);
    return address;
#else
    return dlsym(RTLD_NEXT, "getauxval");
#endif
}

/*
 * The environment, for a constructor, which glibc's dynamic linker gives it as its third argument: -z initfirst has it
 * run before libc has set `environ`. musl's (ldso/dynlink.c, do_init_fini) gives it no arguments, but has started by
 * then.
 */
static inline char **c_library_environment(char **third_argument) {
#if defined(__GLIBC__)
    return third_argument;
#else
    (void)third_argument;
    return environ;
#endif
}

#endif
