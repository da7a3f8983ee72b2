/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "alloc.h"
#include "before_own.h"
#include "c_library.h"
#include "compiler.h"
#include "counters.h"
#include "libc_names.h"
#include "others.h"

#include <errno.h>
#include <stddef.h>

/* libc's own declarations, so that a wrong signature does not compile. C23's two are not in every libc yet, nor is
 * reallocarray (glibc has it since 2.26); musl has no pvalloc. */
#include <malloc.h>
#include <stdlib.h>
void *pvalloc(size_t size);
void *reallocarray(void *block, size_t count, size_t size);
void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size);

/*
 * The only functions that libmmapalloc.so exports. Who has a malloc of its own may lack others of the family: of these
 * libc gives blocks of its own, or calls the program's realloc and free, and so do we.
 */

#define OVERRIDE(name, type, parameters, arguments)                                                                    \
    EXPORT type name parameters {                                                                                      \
        return mmapalloc_##name arguments;                                                                             \
    }
#define OVERRIDE_UNLESS_PROGRAM(name, type, parameters, arguments)                                                     \
    EXPORT type name parameters {                                                                                      \
        if (unlikely(before_own.program_has_malloc) && others.next_##name != NULL) {                                   \
            return others.next_##name arguments;                                                                       \
        }                                                                                                              \
        return mmapalloc_##name arguments;                                                                             \
    }

OVERRIDE(malloc, void *, (size_t size), (size))
OVERRIDE(calloc, void *, (size_t count, size_t size), (count, size))
OVERRIDE(realloc, void *, (void *block, size_t size), (block, size))
OVERRIDE(free, void, (void *block), (block))
OVERRIDE(malloc_usable_size, size_t, (void *block), (block))
OFFHEAP_ALIGNING_ENTRY_POINTS(OVERRIDE_UNLESS_PROGRAM)

EXPORT void *reallocarray(void *block, size_t count, size_t size) {
    if (likely(before_own.realloc == NULL)) {
        return mmapalloc_reallocarray(block, count, size);
    }
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return before_own.realloc(block, bytes);
}

EXPORT void free_sized(void *block, size_t size) {
    if (unlikely(before_own.free != NULL)) {
        before_own.free(block);
    } else {
        mmapalloc_free_sized(block, size);
    }
}

EXPORT void free_aligned_sized(void *block, size_t alignment, size_t size) {
    if (unlikely(before_own.free != NULL)) {
        before_own.free(block);
    } else {
        mmapalloc_free_aligned_sized(block, alignment, size);
    }
}

/*
 * The library is linked with -z initfirst: this runs before the constructor of any other library could start a thread.
 * It may not rely on anything that libc sets up in its own constructor, such as `environ`, and takes the environment
 * from its arguments instead.
 */
__attribute__((constructor)) static void start(int argument_count, char **arguments, char **environment) {
    (void)argument_count;
    (void)arguments;
    others_start();
    libc_names_lead_here();
    counters_start("mmapalloc", before_own.has_malloc, c_library_environment(environment));
}
