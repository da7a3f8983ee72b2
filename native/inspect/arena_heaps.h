/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_ARENA_HEAPS_H
#define OFFHEAP_ARENA_HEAPS_H

/* The heaps of arenas other than main, by their headers. */

#include "target.h"

/* The first words of struct heap_info. */
struct heap_info {
    uint64_t ar_ptr;
    uint64_t prev;
    uint64_t size;
    uint64_t mprotect_size;
};

enum heap_proof {
    proof_unknown,
    proof_under_way, /* on the way along its chain: met again, it is in a ring */
    proof_good,      /* it is an arena's first heap, or its chain leads to one */
    proof_none,
};

struct arena_heap {
    uint64_t base;
    struct heap_info info;
    enum heap_proof proof;
};

/*
 * Those that lie on multiples of heap_bytes, in order of address. *list is for free(). inspect_too_large when there are
 * more than `limit` headers that look like one's.
 */
struct inspect_verdict arena_heaps_find(const struct target *target, uint64_t heap_bytes, size_t limit,
                                        struct arena_heap **list, size_t *count);

/* Where the arena's state lies in its first heap: sizeof(struct heap_info). */
bool arena_heap_is_first(const struct arena_heap *heap);

#endif
