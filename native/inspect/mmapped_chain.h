/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPPED_CHAIN_H
#define OFFHEAP_MMAPPED_CHAIN_H

#include "mmapped.h"

/* The first words of a page. */
struct mmapped_header {
    uint64_t prev_size; /* what memalign left unused in front; bit 0: huge pages (2.43) */
    uint64_t word;
};

/* Bytes that a block beginning with the header has, 0 when it is none. `left`: to the end of its mapping. */
uint64_t mmapped_claim(const struct mmapped_header *header, uint64_t left);

/*
 * Adds the chain that begins with *first at `at` and ends before `end`, of most_bytes at most; *behind is where it
 * ends. The first page of each block has its header, so it is present.
 */
struct inspect_verdict mmapped_follow(const struct target *target, uint64_t at, uint64_t end, uint64_t most_bytes,
                                      const struct mmapped_header *first, struct mmapped *mmapped, uint64_t *behind);

/* Looks for those that are missing at every page that is present. Bounded: 65,536 pages. */
struct inspect_verdict mmapped_search(const struct target *target, const struct glibc_heaps *heaps,
                                      const struct walk_result *walked, struct mmapped *mmapped);

/* Whether malloc may have blocks there. */
bool mmapped_is_candidate(const struct mapping *mapping);

#endif
