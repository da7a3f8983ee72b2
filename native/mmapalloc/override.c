/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "alloc.h"
#include "compiler.h"
#include "counters.h"

/* libc's own declarations, so that a wrong signature does not compile. C23's two are not in every libc yet. */
#include <malloc.h>
#include <stdlib.h>
void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size);

/* The only functions that libmmapalloc.so exports. */
#define OVERRIDE(name, type, parameters, arguments)                                                                    \
    EXPORT type name parameters {                                                                                      \
        return mmapalloc_##name arguments;                                                                             \
    }
OFFHEAP_ENTRY_POINTS(OVERRIDE)
#undef OVERRIDE

/*
 * The library is linked with -z initfirst: this runs before the constructor of any other library could start a thread.
 * It may not rely on anything that libc sets up in its own constructor, such as `environ`, and takes the environment
 * from its arguments instead.
 */
__attribute__((constructor)) static void start(int argument_count, char **arguments, char **environment) {
    (void)argument_count;
    (void)arguments;
    counters_start("mmapalloc", environment);
}
