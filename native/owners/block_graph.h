/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BLOCK_GRAPH_H
#define OFFHEAP_BLOCK_GRAPH_H

/* Which blocks point to which: every aligned word of a block that lies in another one is taken for a pointer to it. */

#include "block_table.h"
#include "stream.h"
#include "type_tables.h"

struct block_graph {
    size_t count;    /* of blocks */
    uint32_t *first; /* of each block: where its edges begin in `to`; one more for the end */
    uint32_t *to;    /* blocks */
    size_t edge_count;
    size_t edge_capacity;
    uint64_t missing_edges; /* that there was no room for */
    /* Of each block what its first word points to, where that is memory of a file that nobody writes, as the table of
     * a C++ class's virtual functions: an index in `tables`; no_kind: nothing of the kind. */
    uint32_t *kinds;
    struct type_list tables;
    uint64_t unread_bytes; /* of blocks, resident, that could not be read */
};

/* Reads all blocks. `ranges`: where they lie, in order of address, without overlap. On failure there is nothing to
 * free. */
struct inspect_verdict block_graph_make(const struct target *target, const struct block_table *table,
                                        const struct memory_range *ranges, size_t range_count,
                                        struct block_graph *graph);
void block_graph_free(struct block_graph *graph);

#endif
