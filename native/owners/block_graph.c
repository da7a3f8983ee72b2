/* SPDX-License-Identifier: MIT */
#include "block_graph.h"

#include "../inspect/crew.h"
#include "graph_part.h"
#include "large_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { part_limit = 1024 };
static const uint64_t part_bytes = UINT64_C(16) << 20; /* enough for what a part costs beside its reading */
static const size_t edge_limit = (size_t)1 << 29;      /* 2 GiB of this process's memory */

/* The parts of a graph, in order of address, and the threads that read them. */
struct crew {
    const struct target *target;
    const struct block_table *table;
    struct block_graph *graph;
    struct graph_part *parts;
    size_t part_count;
    struct memory_range *ranges; /* of all parts */
    uint64_t cpu_left_ns;        /* of each thread */
    struct edge_room room;
    size_t next; /* part; changed by atomic operations */
};

struct member {
    struct crew *crew;
    struct inspect_verdict verdict;
};

static void work(void *argument) {
    struct member *member = argument;
    struct crew *crew = member->crew;
    struct target target = *crew->target;
    struct cpu_limit cpu;
    struct deadline deadline;
    struct part_reader reader;
    if (target.deadline != NULL) {
        deadline = deadline_of_thread(target.deadline, crew->cpu_left_ns, &cpu);
        target.deadline = target.pages.deadline = &deadline;
    }
    member->verdict = part_reader_open(&reader, &target, crew->table, &crew->room);
    while (member->verdict.status == inspect_ok) {
        size_t index = __atomic_fetch_add(&crew->next, 1, __ATOMIC_RELAXED);
        if (index >= crew->part_count) {
            break;
        }
        member->verdict = part_reader_read(&reader, &crew->parts[index], crew->graph->first, crew->graph->kinds);
    }
    if (member->verdict.status != inspect_ok) {
        /* There is no graph without it: the others need not go on. */
        __atomic_store_n(&crew->next, crew->part_count, __ATOMIC_RELAXED);
    }
    part_reader_close(&reader);
}

static struct inspect_verdict read_parts(struct crew *crew, size_t threads) {
    struct member members[crew_limit];
    struct inspect_verdict verdict = inspect_good();
    for (size_t index = 0; index < threads; index++) {
        members[index] = (struct member){crew, inspect_good()};
    }
    crew_run(members, threads, sizeof *members, work);
    for (size_t index = 0; index < threads && verdict.status == inspect_ok; index++) {
        verdict = members[index].verdict;
    }
    return verdict;
}

/*
 * Parts of about as many bytes, each but the first from a block's chunk on: a block belongs to one part. A range may be
 * cut by each of them.
 */
static void divide(struct crew *crew, const struct memory_range *ranges, size_t range_count, uint64_t most_bytes) {
    const struct block_list *blocks = crew->table->blocks;
    struct memory_range *list = crew->ranges;
    struct graph_part *part = crew->parts;
    uint64_t bytes = 0;
    *part = (struct graph_part){.ranges = list};
    for (size_t index = 0; index < range_count; index++) {
        struct memory_range rest = ranges[index];
        while (rest.end - rest.start > most_bytes - bytes && part - crew->parts < part_limit - 1) {
            uint32_t next = (uint32_t)block_list_find(blocks, part->block, rest.start + most_bytes - bytes);
            uint64_t cut = next < blocks->count ? block_chunk(blocks->list[next]) : UINT64_MAX;
            if (cut >= rest.end) {
                break;
            }
            if (cut > rest.start) {
                list[part->range_count++] = (struct memory_range){rest.start, cut};
            }
            rest.start = cut;
            part->next = next;
            list += part->range_count;
            *++part = (struct graph_part){.block = next, .ranges = list};
            bytes = 0;
        }
        list[part->range_count++] = rest;
        bytes += rest.end - rest.start;
        bytes = bytes < most_bytes ? bytes : most_bytes;
    }
    part->next = (uint32_t)blocks->count;
    crew->part_count = (size_t)(part - crew->parts) + 1;
}

/* To the indexes that all parts have in common. */
static void join_kinds(struct type_tables *tables, struct block_graph *graph, const struct graph_part *part,
                       uint32_t *indexes) {
    for (size_t index = 0; index < part->types.count; index++) {
        indexes[index] = type_tables_add(tables, &graph->tables, part->types.list[index]);
    }
    for (uint32_t block = part->block; part->types.count > 0 && block < part->next; block++) {
        uint32_t kind = graph->kinds[block];
        graph->kinds[block] = kind == no_kind ? no_kind : indexes[kind];
    }
}

/* Behind those of the parts before it. */
static void join_edges(struct block_graph *graph, struct graph_part *part) {
    for (uint32_t block = part->block; block < part->next; block++) {
        graph->first[block] += (uint32_t)graph->edge_count;
    }
    if (part->edge_count > 0) {
        memcpy(graph->to + graph->edge_count, part->to, part->edge_count * sizeof *part->to);
    }
    graph->edge_count += part->edge_count;
    free(part->to);
    part->to = NULL;
}

static struct inspect_verdict join(struct crew *crew) {
    struct block_graph *graph = crew->graph;
    struct type_tables tables;
    size_t edges = 0;
    size_t types = 0;
    for (size_t index = 0; index < crew->part_count; index++) {
        const struct graph_part *part = &crew->parts[index];
        edges += part->edge_count;
        types = part->types.count > types ? part->types.count : types;
        graph->missing_edges += part->missing_edges;
        graph->unread_bytes += part->unread_bytes;
    }
    graph->edge_capacity = edges + 1;
    graph->to = large_memory_take(graph->edge_capacity * sizeof *graph->to);
    uint32_t *indexes = malloc((types + 1) * sizeof *indexes);
    bool is_good = type_tables_open(crew->target, &tables) && graph->to != NULL && indexes != NULL;
    for (size_t index = 0; is_good && index < crew->part_count; index++) {
        join_edges(graph, &crew->parts[index]);
        join_kinds(&tables, graph, &crew->parts[index], indexes);
    }
    graph->first[graph->count] = (uint32_t)graph->edge_count;
    type_tables_close(&tables);
    free(indexes);
    return is_good ? inspect_good() : inspect_failure("memory", ENOMEM);
}

static bool allocate(struct crew *crew, size_t range_count) {
    struct block_graph *graph = crew->graph;
    graph->first = large_memory_take((graph->count + 1) * sizeof *graph->first);
    graph->kinds = malloc((graph->count + 1) * sizeof *graph->kinds);
    crew->parts = malloc(part_limit * sizeof *crew->parts);
    crew->ranges = malloc((range_count + part_limit) * sizeof *crew->ranges);
    if (graph->first == NULL || graph->kinds == NULL || crew->parts == NULL || crew->ranges == NULL) {
        return false;
    }
    memset(graph->kinds, 0xff, (graph->count + 1) * sizeof *graph->kinds);
    return true;
}

static void release(struct crew *crew) {
    for (size_t index = 0; index < crew->part_count; index++) {
        free(crew->parts[index].to);
        free(crew->parts[index].types.list);
    }
    free(crew->parts);
    free(crew->ranges);
}

struct inspect_verdict block_graph_make(const struct target *target, const struct block_table *table,
                                        const struct memory_range *ranges, size_t range_count,
                                        struct block_graph *graph) {
    struct crew crew = {.target = target, .table = table, .graph = graph, .room = {edge_limit}};
    struct inspect_verdict verdict = inspect_failure("memory", ENOMEM);
    uint64_t bytes = 0;
    memset(graph, 0, sizeof *graph);
    graph->count = table->blocks->count;
    for (size_t index = 0; index < range_count; index++) {
        bytes += ranges[index].end - ranges[index].start;
    }
    if (allocate(&crew, range_count)) {
        crew.cpu_left_ns = target->deadline == NULL ? 0 : deadline_cpu_left(target->deadline);
        divide(&crew, ranges, range_count, bytes / part_limit < part_bytes ? part_bytes : bytes / part_limit);
        verdict = read_parts(&crew, crew_size(bytes));
    }
    if (verdict.status == inspect_ok) {
        verdict = join(&crew);
    }
    release(&crew);
    if (verdict.status != inspect_ok) {
        block_graph_free(graph);
    }
    return verdict;
}

void block_graph_free(struct block_graph *graph) {
    large_memory_free(graph->first, (graph->count + 1) * sizeof *graph->first);
    large_memory_free(graph->to, graph->edge_capacity * sizeof *graph->to);
    free(graph->kinds);
    free(graph->tables.list);
    memset(graph, 0, sizeof *graph);
}
