/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PAGE_SIZES_H
#define OFFHEAP_PAGE_SIZES_H

/*
 * Usable bytes of blocks of jemalloc, tcmalloc and mimalloc, without asking for each. They keep small blocks of one
 * size together: blocks that begin in the same 4 KiB are of one class as long as one of them lives, and what malloc
 * gives is a function of the size asked for, in words of 8 bytes. So a page's size is kept in a table, asked when a
 * block of it comes, and compared with what the same request gave before. Then it holds for that block as long as it
 * lives:
 *
 *  - Where page and request agree, the page has the size that malloc gives for the request. A page that has been given
 *    back and has another class now is found out by the first block that comes of it.
 *  - Nobody writes a page's size but who has just got a block of it. So a block that goes is read as it was written, or
 *    the entry is another page's, and it is asked.
 *
 * An allocator of another kind, or one that rounds nothing up (a debugging one, which keeps the size asked for), is
 * always asked. OFFHEAP_METER_CHECK=1 compares each size that is read with malloc_usable_size: check_sizes.h.
 */

#include "compiler.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum {
    page_sizes_page_bits = 12,
    page_sizes_unit = 8,
    page_sizes_pages = 1 << 17, /* of half a GiB, then they share entries */
    page_sizes_most_requested = 8192,
    page_sizes_units_in_page = 1 << page_sizes_page_bits, /* an entry's low bits: so large a block is not kept */
};

/* A page's address and the usable bytes of its blocks in units. 0: not known. */
extern HIDDEN _Atomic uint64_t page_sizes_entries[page_sizes_pages];

/* What the last block of so many words was given, in units. 0: not known. */
extern HIDDEN _Atomic uint16_t page_sizes_given[page_sizes_most_requested / page_sizes_unit + 1];

/* Bucket of the histogram of a size, by its units. */
extern HIDDEN const uint8_t page_sizes_bucket[page_sizes_units_in_page];

enum page_sizes_kind {
    page_sizes_are_asked,     /* nothing is known of the allocator */
    page_sizes_are_uniform,   /* jemalloc, tcmalloc */
    page_sizes_but_alignment, /* mimalloc: an aligned block may begin within one, and has less of it */
};

/* Before any block comes. */
void page_sizes_start(enum page_sizes_kind kind);

/* Of a block that malloc, or what gives the same for the same size, has just given, and that was asked. */
void page_sizes_learn(const void *block, size_t requested, size_t usable);

/* Of one that realloc has moved, or given another size where it was: it may be larger than was asked for. */
void page_sizes_learn_resized(const void *block, size_t usable);

/* Of one that was aligned. */
void page_sizes_learn_aligned(const void *block, size_t usable);

/* Sizes were wrong once: from now on they are asked. */
COLD void page_sizes_give_up(void);

static inline _Atomic uint64_t *page_sizes_entry(const void *block) {
    return &page_sizes_entries[((uintptr_t)block >> page_sizes_page_bits) % page_sizes_pages];
}

static inline uint64_t page_sizes_page(const void *block) {
    return (uintptr_t)block & ~((uint64_t)page_sizes_units_in_page - 1);
}

/* Units of a block that malloc has just given. 0: to be asked. */
static inline size_t page_sizes_of_new(const void *block, size_t requested) {
    if (unlikely(requested > page_sizes_most_requested)) {
        return 0;
    }
    size_t words = (requested + page_sizes_unit - 1) / page_sizes_unit;
    uint64_t given = atomic_load_explicit(&page_sizes_given[words], memory_order_relaxed);
    uint64_t entry = atomic_load_explicit(page_sizes_entry(block), memory_order_relaxed);
    return likely(entry == (page_sizes_page(block) | given)) ? given : 0;
}

/* Units of a block that lives. 0: to be asked. */
static inline size_t page_sizes_of_live(const void *block) {
    uint64_t entry = atomic_load_explicit(page_sizes_entry(block), memory_order_relaxed);
    return likely((entry ^ (uintptr_t)block) >> page_sizes_page_bits == 0) ? entry % page_sizes_units_in_page : 0;
}

#endif
