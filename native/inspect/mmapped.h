/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPPED_H
#define OFFHEAP_MMAPPED_H

/*
 * Blocks that malloc got from mmap (malloc/malloc.c, sysmalloc_mmap): a mapping begins with a header whose flags are
 * IS_MMAPPED alone and whose size is whole pages, or 16 bytes less from 2.43 on. The kernel merges neighbouring
 * mappings, so a chain of them is followed from each mapping's start. Where glibc counts more of them than that finds,
 * they are looked for behind foreign pages as well.
 */

#include "walk_all.h"

struct mmapped_chunk {
    uint64_t start;
    uint64_t end;
};

struct mmapped {
    struct mmapped_chunk *list; /* neighbours joined; each part of the search in order of address */
    size_t count;
    size_t capacity;
    uint64_t chunks;
    uint64_t size_bytes;
    uint64_t rss_bytes;
    bool is_thorough; /* each block's header is looked for in 256 pages, as memalign and realloc may leave an older one
                       */
    bool is_counted;  /* glibc's own sums were read */
    uint64_t missing_bytes; /* that glibc counts and that were not found; while the program runs, sums of two moments */
};

/* Reads heaps->layout.params anew. */
struct inspect_verdict mmapped_find(const struct target *target, struct glibc_heaps *heaps,
                                    const struct walk_result *walked, struct mmapped *mmapped);
void mmapped_free(struct mmapped *mmapped);

#endif
