/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPALLOC_OTHERS_H
#define OFFHEAP_MMAPALLOC_OTHERS_H

/*
 * Allocators that are in the process besides this one. An executable may have a malloc of its own, which comes before
 * ours: what it lacks of the malloc family is then libc's affair, as if we were not there. And who calls libc's malloc
 * by another name (__libc_malloc), or cannot be given ours (libc_names.h), has its blocks freed here. All is unset, and
 * no pointer another's, until others_start().
 */

#include "compiler.h"
#include "entry_points.h"

#include <stdbool.h>
#include <stddef.h>

/* Those that a libc has. */
#define OTHERS_FUNCTIONS(X)                                                                                            \
    X(realloc, void *, (void *block, size_t size), (block, size))                                                      \
    OFFHEAP_ALIGNING_ENTRY_POINTS(X)                                                                                   \
    X(free, void, (void *block), (block))                                                                              \
    X(malloc_usable_size, size_t, (void *block), (block))

/* The next definitions; NULL where there is none. What comes before ours is in before_own.h. */
struct others {
#define OTHERS_POINTER(name, type, parameters, arguments) type(*next_##name) parameters;
    OTHERS_FUNCTIONS(OTHERS_POINTER)
#undef OTHERS_POINTER
};
extern HIDDEN struct others others;

/* Looks all up, what comes before ours as well. By the constructor. */
void others_start(void);

/*
 * Whether a pointer that is no live block of ours is for the next allocator to judge. False where a block of ours was,
 * which then is freed twice, and inside of one that is live; and always before the start. Where the executable has a
 * malloc of its own, no pointer is ours to judge.
 */
COLD bool others_may_have(const void *pointer);

#endif
