/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_GLIBC_HEAP_H
#define OFFHEAP_GLIBC_HEAP_H

/*
 * All heaps of a process: the main arena's by the program break and by mmap, and every other arena's chain of heaps
 * (malloc/arena.c, struct heap_info: ar_ptr, prev, size, mprotect_size, since 2.35 pagesize), which lie at multiples of
 * HEAP_MAX_SIZE: 64 MiB, or four huge pages where glibc.malloc.hugetlb=2 is in force. They are found by their headers,
 * arenas once more by the ring of `next`.
 */

#include "chunk_walk.h"
#include "glibc_layout.h"

struct arena {
    struct arena_state state; /* of unknown layout: the address only */
    bool is_main;
    uint32_t heaps;
};

struct heap {
    struct stretch stretch; /* index of its arena in there */
    uint64_t base;          /* of heap_info, or the stretch's start */
    uint64_t limit;         /* end of the address space it has reserved */
};

struct glibc_heaps {
    struct glibc_layout layout;
    struct arena *arenas;
    size_t arena_count;
    struct heap *heaps; /* in order of address */
    size_t heap_count;
    uint64_t heap_bytes; /* HEAP_MAX_SIZE */
    uint64_t tcache_key; /* see struct free_marks */
};

struct inspect_verdict glibc_heaps_find(const struct target *target, struct glibc_heaps *heaps);
void glibc_heaps_free(struct glibc_heaps *heaps);

/* Whether an address lies in a heap or what it has reserved. */
const struct heap *glibc_heaps_at(const struct glibc_heaps *heaps, uint64_t address);

/* Where the heap ends now; its old end when that cannot be told. */
uint64_t glibc_heap_end(const struct target *target, const struct heap *heap);

#endif
