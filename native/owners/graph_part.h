/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_GRAPH_PART_H
#define OFFHEAP_GRAPH_PART_H

/* The edges of some blocks that follow one another: what one thread finds of a graph at a time. */

#include "block_table.h"
#include "stream.h"
#include "type_tables.h"

/* Of the edges of all parts together. */
struct edge_room {
    size_t left; /* changed by atomic operations */
};

struct graph_part {
    /* Blocks [block, next), which lie in `ranges`; what else does so is passed over. */
    uint32_t block;
    uint32_t next;
    struct memory_range *ranges;
    size_t range_count;
    /* What is found. */
    uint32_t *to; /* blocks, NULL: none */
    size_t edge_count;
    size_t edge_capacity;
    uint64_t missing_edges; /* that there was no room for */
    struct type_list types;
    uint64_t unread_bytes;
};

/* What a thread reads one part after another with. */
struct part_reader {
    const struct target *target; /* with the thread's own deadline */
    const struct block_table *table;
    struct edge_room *room;
    struct stream stream;
    struct type_tables tables;
};

/* inspect_error: there is no memory. To be closed all the same. */
struct inspect_verdict part_reader_open(struct part_reader *reader, const struct target *target,
                                        const struct block_table *table, struct edge_room *room);
void part_reader_close(struct part_reader *reader);

/*
 * Reads a part. Of each of its blocks, first[block] becomes where its edges begin in part->to, and kinds[block] the
 * index in part->types of what its first word points to, or no_kind; nothing else is written there.
 */
struct inspect_verdict part_reader_read(struct part_reader *reader, struct graph_part *part, uint32_t *first,
                                        uint32_t *kinds);

#endif
