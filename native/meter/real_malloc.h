/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_REAL_MALLOC_H
#define OFFHEAP_REAL_MALLOC_H

/*
 * The allocator behind the meter: the next definition of each function in the order of the dynamic linker. Functions
 * that C or POSIX defines by others are not looked up, because they need not exist, and because glibc's call the
 * program's realloc and free, which are the meter's: they would count twice. reallocarray is realloc of the checked
 * product; free_sized and free_aligned_sized are free.
 */

#include "compiler.h"
#include "entry_points.h"

#include <stdbool.h>
#include <stddef.h>

#define REAL_FUNCTIONS(X)                                                                                              \
    X(malloc, void *, (size_t size), (size))                                                                           \
    X(calloc, void *, (size_t count, size_t size), (count, size))                                                      \
    X(realloc, void *, (void *block, size_t size), (block, size))                                                      \
    OFFHEAP_ALIGNING_ENTRY_POINTS(X)                                                                                   \
    X(free, void, (void *block), (block))                                                                              \
    X(malloc_usable_size, size_t, (void *block), (block))

/* Callable at any time: before they are resolved they resolve themselves, and meanwhile serve from the bootstrap arena.
 */
struct real_malloc {
#define REAL_POINTER(name, type, parameters, arguments) type(*name) parameters;
    REAL_FUNCTIONS(REAL_POINTER)
#undef REAL_POINTER
};
extern HIDDEN struct real_malloc real;

/* Resolves; by the constructor at the latest, when there is one thread. Whether all functions are glibc's, whose
 * headers tell the sizes of blocks. */
bool real_malloc_start(void);

/* Ends the process with a line on stderr. */
COLD NORETURN void real_is_missing(const char *name);

#endif
