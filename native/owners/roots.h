/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_ROOTS_H
#define OFFHEAP_ROOTS_H

/* Pointers to blocks from memory that is no block: each aligned word that lies in one is taken for a pointer to it. */

#include "block_graph.h"

struct root {
    uint32_t owner;
    uint32_t block;
};

struct root_list {
    struct root *list;
    size_t count;
    size_t capacity;
    uint64_t missing; /* that there was no room for */
    uint64_t read_bytes;
    uint64_t missed_bytes; /* that could not be read */
};

/* Adds what [start, end) points to, a block as often as the range points to it but not twice in a row. */
struct inspect_verdict roots_scan(struct stream *stream, const struct block_table *table,
                                  const struct memory_range *range, uint32_t owner, struct root_list *roots);
/* The same of [start, end) without `holes`, which are in order of address and without overlap. */
struct inspect_verdict roots_scan_around(struct stream *stream, const struct block_table *table,
                                         const struct memory_range *range, const struct memory_range *holes,
                                         size_t hole_count, uint32_t owner, struct root_list *roots);
void root_list_free(struct root_list *roots);

#endif
