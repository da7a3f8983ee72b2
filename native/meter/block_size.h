/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BLOCK_SIZE_H
#define OFFHEAP_BLOCK_SIZE_H

/*
 * Usable bytes of a block: what malloc_usable_size says, without calling it where glibc's own header has proved to say
 * the same, or where page_sizes.h knows it.
 *
 * The word before a block of glibc's is its chunk's size, with three flags in the lowest bits. What a chunk in a heap
 * loses is one word, in every version from 2.2 to 2.43; what one that is a mapping of its own loses is two words in
 * some and one in others, so of these the size is always asked: they are few, and cost a system call anyway.
 */

#include "compiler.h"
#include "page_sizes.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define chunk_flags        ((size_t)7)
#define chunk_is_mapped    ((size_t)2)
#define chunk_of_own_arena ((size_t)4) /* an arena that is not the main one */

/*
 * Bits that a header may not bear for its size to be believed: all at first, fewer with each kind of block that has
 * proved right, chunk_is_mapped and those of large sizes for good. 0: no header is read, because the allocator is not
 * glibc's, or because a header was wrong once.
 */
extern HIDDEN _Atomic size_t size_unproven_bits;

/* Whether headers may be read; then all is still to be proven. Before it is called, sizes are asked. */
void block_size_start(bool has_glibc_headers);

static inline size_t size_unproven(void) {
    return atomic_load_explicit(&size_unproven_bits, memory_order_relaxed);
}

static inline size_t chunk_word(const void *block) {
    return ((const size_t *)block)[-1];
}

/* False of bootstrap blocks, which bear both flags that glibc never gives together. pre: `unproven` is not 0 */
static inline bool size_is_proven(const void *block, size_t unproven) {
    return (chunk_word(block) & unproven) == 0;
}

/* pre: a block in a heap of glibc's */
static inline size_t chunk_usable(const void *block) {
    return (chunk_word(block) & ~chunk_flags) - sizeof(size_t);
}

/* Bucket of the histogram of a size that is neither 0 nor beyond the address space: 47 bits are the last bucket. */
static inline unsigned chunk_bucket(size_t usable) {
    return 64 - (unsigned)__builtin_clzll(usable);
}

/* Asks, and compares with the header where that is not proven yet. */
size_t block_size_asked(void *block);

/* Compares once more what is believed. One disagreement, and no header is read again. */
COLD void block_size_recheck(void *block);

/* Of a live block of the real allocator, without asking. 0: not known. */
static inline size_t block_size_known(const void *block) {
    size_t unproven = size_unproven();
    if (likely(unproven != 0)) {
        return size_is_proven(block, unproven) ? chunk_usable(block) : 0;
    }
    return page_sizes_of_live(block) * page_sizes_unit;
}

/* pre: a live block of the real allocator */
static inline size_t block_size(void *block) {
    size_t known = block_size_known(block);
    return likely(known != 0) ? known : block_size_asked(block);
}

/* Of a block that malloc or calloc has just given for `requested` bytes, or who does as they do. */
size_t block_size_of_new(void *block, size_t requested);

/* Of one that was aligned. */
size_t block_size_of_aligned(void *block);

/* Of one that realloc has made of the block at `old`, which had `old_usable` bytes. */
size_t block_size_of_resized(void *block, uintptr_t old, size_t old_usable);

#endif
