/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_WALK_RESULT_H
#define OFFHEAP_WALK_RESULT_H

/* What a walk through all heaps has found. */

#include "glibc_heap.h"
#include "heap_figures.h"

enum { candidate_limit = 65536 };

struct walked_heap {
    bool is_walked;
    bool is_gone;                /* unmapped meanwhile, or no heap after all: all other fields are 0 */
    uint64_t end;                /* of what was found to be heap */
    struct heap_figures figures; /* tcache_bytes: see tcaches_count() */
};

struct tcache_candidates {
    uint64_t *list;
    size_t count;
};

struct walk_result {
    struct walked_heap *heaps; /* as many as glibc_heaps has, in its order */
    struct tally *sum;         /* of the heaps that were walked */
    struct tcache_candidates candidates;
    struct block_list *blocks; /* of each heap, those that look in use; NULL: they are not wanted */
    struct address_set cached; /* chunks in tcaches, where blocks are wanted: see tcaches_count() */
    struct foreign_gaps gaps;  /* of all heaps */
    size_t walked;
    uint64_t walked_rss;
};

#endif
