/* SPDX-License-Identifier: MIT */
#include "block_graph.h"

#include "../inspect/list_room.h"
#include "large_memory.h"
#include "pointer_scan.h"

#include <errno.h>
#include <string.h>

enum { first_edges = 1 << 16 };
static const size_t edge_limit = (size_t)1 << 29; /* 2 GiB of this process's memory */

/* Whose words come next. */
struct place {
    uint32_t block; /* as many as there are: none */
    uint32_t last;  /* that its last pointer led to */
    uint64_t start; /* of its words */
    uint64_t end;
};

struct reading {
    const struct target *target;
    const struct block_table *table;
    struct block_graph *graph;
    struct type_tables tables;
    struct place place;
    uint32_t typed; /* the first whose first word was not looked at */
};

/* The edges of the block begin here. */
static inline void begin_block(const struct block_list *blocks, struct block_graph *graph, uint32_t block,
                               struct place *place) {
    graph->first[block] = (uint32_t)graph->edge_count;
    place->block = place->last = block;
    place->start = place->end = UINT64_MAX;
    if (block < blocks->count) {
        place->start = block_chunk(blocks->list[block]) + block_header_bytes;
        place->end = place->start + block_list_bytes(blocks, block) - sizeof(uint64_t);
    }
}

static void add_edge(struct block_graph *graph, uint32_t to) {
    uint32_t *list = graph->edge_count >= edge_limit ? NULL
                                                     : list_with_room(graph->to, graph->edge_count,
                                                                      &graph->edge_capacity, first_edges, sizeof *list);
    if (list == NULL) {
        graph->missing_edges++;
        return;
    }
    graph->to = list;
    list[graph->edge_count++] = to;
}

/* What the first words of blocks point to, of those that begin in the piece. */
static void take_first_words(struct reading *reading, const unsigned char *data, uint64_t from, size_t bytes) {
    uint32_t count = (uint32_t)reading->table->blocks->count;
    uint64_t last = from + bytes - sizeof(uint64_t);
    while (reading->typed < count && block_start(reading->table, reading->typed) < from) {
        reading->typed++;
    }
    for (; reading->typed < count && block_start(reading->table, reading->typed) <= last; reading->typed++) {
        uint64_t word;
        memcpy(&word, data + (block_start(reading->table, reading->typed) - from), sizeof word);
        reading->graph->kinds[reading->typed] = type_tables_add(&reading->tables, &reading->graph->tables, word);
    }
}

static bool take(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct reading *reading = to;
    struct pointer_scan scan;
    /* Copies, which the compiler knows that nobody else changes. */
    struct place place = reading->place;
    const struct block_list blocks = *reading->table->blocks;
    take_first_words(reading, data, from, bytes);
    pointer_scan_begin(&scan, reading->table, data, bytes);
    while (!deadline_is_over(reading->target->deadline) && pointer_scan_next(&scan)) {
        for (size_t index = 0; index < scan.count; index++) {
            uint64_t at = from + scan.pointers[index].at;
            uint32_t block = scan.pointers[index].block;
            while (at >= place.end) {
                begin_block(&blocks, reading->graph, place.block + 1, &place);
            }
            /* Between blocks are headers, and what is free. */
            if (at >= place.start && block != place.last && block != place.block) {
                add_edge(reading->graph, block);
                place.last = block;
            }
        }
    }
    reading->place = place;
    return !deadline_is_over(reading->target->deadline);
}

static bool allocate(struct block_graph *graph, size_t count) {
    graph->count = count;
    graph->first = large_memory_take((count + 1) * sizeof *graph->first);
    graph->kinds = malloc((count + 1) * sizeof *graph->kinds);
    if (graph->first == NULL || graph->kinds == NULL) {
        return false;
    }
    memset(graph->kinds, 0xff, (count + 1) * sizeof *graph->kinds);
    return true;
}

struct inspect_verdict block_graph_make(const struct target *target, const struct block_table *table,
                                        const struct memory_range *ranges, size_t range_count,
                                        struct block_graph *graph) {
    size_t count = table->blocks->count;
    struct reading reading = {.target = target, .table = table, .graph = graph};
    struct stream stream;
    struct inspect_verdict verdict = inspect_good();
    memset(graph, 0, sizeof *graph);
    memset(&stream, 0, sizeof stream);
    if (!allocate(graph, count) || !stream_open(target, &stream) || !type_tables_open(target, &reading.tables)) {
        verdict = inspect_failure("memory", ENOMEM);
    } else {
        begin_block(table->blocks, graph, 0, &reading.place);
    }
    if (verdict.status == inspect_ok) {
        verdict = stream_read(&stream, ranges, range_count, take, &reading);
    }
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(target->deadline, "following malloc's blocks");
    }
    if (verdict.status == inspect_ok) {
        while (reading.place.block < count) {
            begin_block(table->blocks, graph, reading.place.block + 1, &reading.place);
        }
        graph->unread_bytes = stream.missed_bytes;
    } else {
        block_graph_free(graph);
    }
    type_tables_close(&reading.tables);
    stream_close(&stream);
    return verdict;
}

void block_graph_free(struct block_graph *graph) {
    large_memory_free(graph->first, (graph->count + 1) * sizeof *graph->first);
    free(graph->to);
    free(graph->kinds);
    free(graph->tables.list);
    memset(graph, 0, sizeof *graph);
}
