/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HEAP_LIST_H
#define OFFHEAP_HEAP_LIST_H

/* The arenas and heaps that were found, and where an address lies among them. */

#include "address_set.h"
#include "chunk_walk.h"
#include "glibc_layout.h"

enum { heap_limit = 1 << 17 }; /* read of one process, pieces of the main arena among them: 17 MiB of struct heap */

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
    struct arena *arenas; /* the main one, when it is known; the others in order of address */
    size_t arena_count;
    size_t arena_capacity;
    struct heap *heaps; /* in order of address */
    size_t heap_count;
    size_t heap_capacity;
    uint64_t heap_bytes;         /* HEAP_MAX_SIZE */
    struct address_set fastbins; /* chunks that are in one; sorted */
    uint32_t lists_left;         /* lists of free chunks that could not be followed to their end */
    int links;                   /* what lists of free chunks have told of how they are linked: see free_list.h */
};

/* Indexes stay; pointers into the lists do not. */
struct inspect_verdict glibc_heaps_add_arena(struct glibc_heaps *heaps, uint64_t address, bool is_main);
struct inspect_verdict glibc_heaps_add(struct glibc_heaps *heaps, const struct heap *heap);
/* By address, as glibc_heaps_at() wants them. */
void glibc_heaps_sort(struct glibc_heaps *heaps);
void glibc_heaps_free(struct glibc_heaps *heaps);

/* Whether an address lies in a heap or what it has reserved. */
const struct heap *glibc_heaps_at(const struct glibc_heaps *heaps, uint64_t address);

#endif
