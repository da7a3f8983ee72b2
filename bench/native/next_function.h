/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BENCH_NEXT_FUNCTION_H
#define OFFHEAP_BENCH_NEXT_FUNCTION_H

#include <dlfcn.h>
#include <string.h>

/* Sets *pointer, a pointer to a function, to the next definition of `name`. _GNU_SOURCE, for RTLD_NEXT, is the
 * includer's. */
static inline void resolve_next(const char *name, void *pointer) {
    void *function = dlsym(RTLD_NEXT, name);
    memcpy(pointer, &function, sizeof function);
}

#endif
