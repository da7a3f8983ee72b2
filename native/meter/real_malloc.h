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

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REAL_FUNCTIONS(X)                                                                                              \
    X(malloc, void *, (size_t size), (size))                                                                           \
    X(calloc, void *, (size_t count, size_t size), (count, size))                                                      \
    X(realloc, void *, (void *block, size_t size), (block, size))                                                      \
    X(posix_memalign, int, (void **block, size_t alignment, size_t size), (block, alignment, size))                    \
    X(aligned_alloc, void *, (size_t alignment, size_t size), (alignment, size))                                       \
    X(memalign, void *, (size_t alignment, size_t size), (alignment, size))                                            \
    X(valloc, void *, (size_t size), (size))                                                                           \
    X(pvalloc, void *, (size_t size), (size))                                                                          \
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

/* Resolves. By the constructor at the latest: there is one thread then. */
void real_malloc_start(void);

/* Ends the process with a line on stderr. */
COLD NORETURN void real_is_missing(const char *name);

/* How the usable bytes of a block are found out. */
enum size_source {
    size_unproven, /* by malloc_usable_size, and compared with the header when the real functions are all glibc's */
    size_in_header,
    size_asked, /* by malloc_usable_size, for good */
};
extern HIDDEN _Atomic unsigned size_source;

static inline unsigned size_source_now(void) {
    return atomic_load_explicit(&size_source, memory_order_relaxed);
}

/*
 * glibc's struct malloc_chunk (malloc/malloc.c, 2.2 to 2.41): the word before the block is the chunk's size, its lowest
 * 3 bits are flags. A chunk that is a mapping of its own (flag 2) loses two words, any other one. pre of all: the block
 * is glibc's, on x86-64
 */
#define glibc_flags       ((size_t)7)
#define glibc_flag_mapped ((size_t)2)

static inline size_t glibc_size(const void *block) {
    size_t word = ((const size_t *)block)[-1];
    return (word & ~glibc_flags) - ((word & glibc_flag_mapped) != 0 ? 2 * sizeof(size_t) : sizeof(size_t));
}

/* Not a mapping of its own. False of bootstrap blocks too, which bear both flags that glibc never gives together. */
static inline bool glibc_is_in_heap(const void *block) {
    return (((const size_t *)block)[-1] & glibc_flag_mapped) == 0;
}

/* pre: glibc_is_in_heap(block) */
static inline size_t glibc_heap_size(const void *block) {
    return (((const size_t *)block)[-1] & ~glibc_flags) - sizeof(size_t);
}

/* Bucket of the histogram of a size that is neither 0 nor beyond the address space: 47 bits are the last bucket. */
static inline unsigned glibc_heap_bucket(size_t usable) {
    return 64 - (unsigned)__builtin_clzll(usable);
}

size_t real_size_checked(void *block);

/* What malloc_usable_size says, and for glibc without calling it. pre: a live block of the real allocator */
static inline size_t real_size(void *block) {
    return likely(size_source_now() == size_in_header) ? glibc_size(block) : real_size_checked(block);
}

#endif
