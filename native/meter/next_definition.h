/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_NEXT_DEFINITION_H
#define OFFHEAP_NEXT_DEFINITION_H

/*
 * Who serves a function behind this library. libc_malloc_debug.so has its functions under the versions that programs
 * ask for and under no default one, so that dlsym() passes it over; and dlvsym() passes over who has none at all, as
 * most allocators. musl has no versions. To be included after _GNU_SOURCE.
 */

#include "loaded.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#if !defined(__GLIBC__)

static inline void *next_definition(const char *name, bool is_by_version) {
    (void)is_by_version;
    return dlsym(RTLD_NEXT, name);
}

static inline bool has_definitions_by_version(struct loaded_object libc) {
    (void)libc;
    return false;
}

#else

#if defined(__x86_64__)
#define first_version    "GLIBC_2.2.5"
#define version_of(name) (strcmp(name, "aligned_alloc") == 0 ? "GLIBC_2.16" : first_version)
#else
#define first_version    "GLIBC_2.17"
#define version_of(name) first_version
#endif

static inline void *next_definition(const char *name, bool is_by_version) {
    void *function = is_by_version ? dlvsym(RTLD_NEXT, name, version_of(name)) : NULL;
    return function != NULL ? function : dlsym(RTLD_NEXT, name);
}

static inline bool has_definitions_by_version(struct loaded_object libc) {
    return loaded_has(libc, dlsym(RTLD_NEXT, "malloc")) &&
           !loaded_has(libc, dlvsym(RTLD_NEXT, "malloc", first_version));
}

#endif

#endif
