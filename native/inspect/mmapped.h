/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPPED_H
#define OFFHEAP_MMAPPED_H

/*
 * Blocks that malloc got from mmap (malloc/malloc.c, sysmalloc_mmap): a mapping begins with a header whose flags are
 * IS_MMAPPED alone and whose size is what is left of whole pages. The kernel merges neighbouring mappings, so a chain
 * of them is followed from each mapping's start; one that lies behind memory of another kind is not found.
 */

#include "glibc_heap.h"

struct mmapped_chunk {
    uint64_t start;
    uint64_t end;
};

struct mmapped {
    struct mmapped_chunk *list; /* in order of address; neighbours joined */
    size_t count;
    uint64_t chunks;
    uint64_t size_bytes;
    uint64_t rss_bytes;
};

struct inspect_verdict mmapped_find(const struct target *target, const struct glibc_heaps *heaps,
                                    struct mmapped *mmapped);
void mmapped_free(struct mmapped *mmapped);

#endif
