/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_ENTRY_POINTS_H
#define OFFHEAP_ENTRY_POINTS_H

/*
 * The malloc family, once: X(name, return type, parameters, arguments). Counters, declarations, exported functions and
 * names in JavaScript are expanded from these lists, so an entry point cannot be half-added. Order is part of the
 * counter page's layout.
 */

/* Entry points that align. */
#define OFFHEAP_ALIGNING_ENTRY_POINTS(X)                                                                               \
    X(posix_memalign, int, (void **block, size_t alignment, size_t size), (block, alignment, size))                    \
    X(aligned_alloc, void *, (size_t alignment, size_t size), (alignment, size))                                       \
    X(memalign, void *, (size_t alignment, size_t size), (alignment, size))                                            \
    X(valloc, void *, (size_t size), (size))                                                                           \
    X(pvalloc, void *, (size_t size), (size))

/* Entry points that can fail for want of memory or by a wrong argument. */
#define OFFHEAP_ALLOCATING_ENTRY_POINTS(X)                                                                             \
    X(malloc, void *, (size_t size), (size))                                                                           \
    X(calloc, void *, (size_t count, size_t size), (count, size))                                                      \
    X(realloc, void *, (void *block, size_t size), (block, size))                                                      \
    X(reallocarray, void *, (void *block, size_t count, size_t size), (block, count, size))                            \
    OFFHEAP_ALIGNING_ENTRY_POINTS(X)

/* Entry points that cannot fail: a pointer that is not a live block ends the process. */
#define OFFHEAP_OTHER_ENTRY_POINTS(X)                                                                                  \
    X(free, void, (void *block), (block))                                                                              \
    X(free_sized, void, (void *block, size_t size), (block, size))                                                     \
    X(free_aligned_sized, void, (void *block, size_t alignment, size_t size), (block, alignment, size))                \
    X(malloc_usable_size, size_t, (void *block), (block))

#define OFFHEAP_ENTRY_POINTS(X)                                                                                        \
    OFFHEAP_ALLOCATING_ENTRY_POINTS(X)                                                                                 \
    OFFHEAP_OTHER_ENTRY_POINTS(X)

#endif
