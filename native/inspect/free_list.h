/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FREE_LIST_H
#define OFFHEAP_FREE_LIST_H

/*
 * A list of chunks that the program has freed and the chunk chain still shows as in use: a fastbin, or a bin of a
 * thread's tcache (malloc/malloc.c, "Fastbins" and tcache_entry). The first word behind a chunk's header leads to the
 * next one: plainly to 2.31, from 2.32 on as PROTECT_PTR, that is XOR the place's own address, shifted by 12. The list
 * itself tells which, and heaps->links keeps it: a link that can be only one of the two is a vote, protected ones
 * above 0.
 */

#include "heap_reader.h"

/* How one list is followed. */
struct free_list {
    uint64_t first;    /* address of a chunk, or of its memory; 0: it is empty */
    uint64_t header;   /* bytes from a chunk to where links lead: 0 in a fastbin, 16 in a tcache */
    uint64_t smallest; /* sizes of its chunks, both inclusive */
    uint64_t largest;
    uint64_t most;      /* chunks */
    int64_t arena;      /* that all of its chunks are of; -1: of any */
    bool may_be_mapped; /* from 2.43 on large bins of a tcache have chunks with mappings of their own as well */
};

/* Of a chunk of a heap. False: do not go on. */
typedef bool take_free_chunk(void *to, uint64_t chunk, uint64_t size);

/* Whether it was followed to its end. Chunks with mappings of their own are passed over. */
bool free_list_follow(struct heap_reader *reader, struct glibc_heaps *heaps, const struct free_list *list,
                      take_free_chunk *take, void *to);

#endif
