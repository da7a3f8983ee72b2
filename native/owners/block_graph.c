/* SPDX-License-Identifier: MIT */
#include "block_graph.h"

#include "../inspect/list_room.h"

#include <errno.h>
#include <string.h>

enum { first_edges = 1 << 16 };
static const size_t edge_limit = UINT32_MAX / 2; /* 8 GiB of this process's memory */

struct reading {
    const struct target *target;
    const struct block_table *table;
    struct block_graph *graph;
    struct type_tables tables;
    uint32_t block; /* whose words come next; as many as there are: none */
    uint64_t start; /* of its words */
    uint64_t end;
    uint64_t round;
};

/* The edges of the block, and of those before it that had no memory to read, begin here. */
static void begin_block(struct reading *reading, uint32_t block) {
    uint32_t count = (uint32_t)reading->table->blocks->count;
    uint32_t from = reading->block + 1;
    reading->block = block;
    for (uint32_t index = from; index <= block && index < count; index++) {
        reading->graph->first[index] = (uint32_t)reading->graph->edge_count;
    }
    if (block < count) {
        reading->start = block_start(reading->table, block);
        reading->end = block_end(reading->table, block) & ~UINT64_C(7);
    } else {
        reading->start = reading->end = UINT64_MAX;
    }
}

static void add_edge(struct reading *reading, uint32_t to) {
    struct block_graph *graph = reading->graph;
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

/* Words of one block, as much of them as there is. */
static void read_words(struct reading *reading, const unsigned char *data, size_t bytes) {
    uint32_t last = reading->block;
    for (size_t at = 0; at + sizeof(uint64_t) <= bytes; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, data + at, sizeof word);
        uint32_t to = block_table_at(reading->table, word);
        if (to != no_block && to != last && to != reading->block) {
            add_edge(reading, to);
            last = to;
        }
    }
}

static bool take(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct reading *reading = to;
    uint64_t end = from + bytes;
    if (reading->end <= from) {
        /* The first that has words here, or behind. */
        uint32_t block = block_table_from(reading->table, from);
        begin_block(reading, block > 0 && block - 1 > reading->block ? block - 1 : reading->block + 1);
    }
    while (reading->start < end) {
        if (deadline_is_over_at(reading->target->deadline, ++reading->round)) {
            return false;
        }
        uint64_t first = reading->start > from ? reading->start : from;
        uint64_t last = reading->end < end ? reading->end : end;
        if (first < last) {
            uint64_t word;
            memcpy(&word, data + (first - from), sizeof word);
            if (first == reading->start) {
                reading->graph->kinds[reading->block] =
                    type_tables_add(&reading->tables, &reading->graph->tables, word);
            }
            read_words(reading, data + (first - from), (size_t)(last - first));
        }
        if (reading->end > end) {
            break; /* the rest of it is in the next piece */
        }
        begin_block(reading, reading->block + 1);
    }
    return true;
}

static bool allocate(struct block_graph *graph, size_t count) {
    graph->first = malloc((count + 1) * sizeof *graph->first);
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
    struct reading reading = {.target = target, .table = table, .graph = graph, .block = UINT32_MAX};
    struct stream stream;
    struct inspect_verdict verdict = inspect_good();
    memset(graph, 0, sizeof *graph);
    memset(&stream, 0, sizeof stream);
    if (!allocate(graph, count) || !stream_open(target, &stream) || !type_tables_open(target, &reading.tables)) {
        verdict = inspect_failure("memory", ENOMEM);
    } else {
        begin_block(&reading, 0);
    }
    for (size_t index = 0; index < range_count && verdict.status == inspect_ok; index++) {
        verdict = stream_read(&stream, ranges[index].start, ranges[index].end, take, &reading);
    }
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(target->deadline, "following malloc's blocks");
    }
    if (verdict.status == inspect_ok) {
        begin_block(&reading, (uint32_t)count);
        graph->first[count] = (uint32_t)graph->edge_count;
        graph->unread_bytes = stream.missed_bytes;
    } else {
        block_graph_free(graph);
    }
    type_tables_close(&reading.tables);
    stream_close(&stream);
    return verdict;
}

void block_graph_free(struct block_graph *graph) {
    free(graph->first);
    free(graph->to);
    free(graph->kinds);
    free(graph->tables.list);
    memset(graph, 0, sizeof *graph);
}
