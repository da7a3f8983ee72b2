/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FREE_FIGURES_H
#define OFFHEAP_FREE_FIGURES_H

/* What is found of the pages that an allocator keeps free. */

#include <stdbool.h>
#include <stdint.h>

enum { extent_ways = 3 };

/*
 * Which version of jemalloc it is shows in one figure only: the sum of the dirty extents, which jemalloc tells as well
 * (stats.arenas.<i>.pdirty). So each way to read a record is summed, and who asks chooses. tcmalloc has one way, the
 * first; it tells the sum as tcmalloc.pageheap_free_bytes.
 */
struct free_extents {
    bool is_found; /* the tree of extents */
    struct {
        uint64_t dirty_bytes;
        uint64_t muzzy_bytes;
        uint64_t rss_bytes; /* of both */
    } ways[extent_ways];
};

struct free_segments {
    uint64_t segments; /* found, those of living threads among them */
    uint64_t unproven; /* abandoned ones that contradict themselves, or are of an arena: not counted */
    uint64_t rss_bytes;
};

#endif
