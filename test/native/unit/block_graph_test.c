/* SPDX-License-Identifier: MIT */
#include "block_graph.h"
#include "check.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * The edges of made blocks in this process's memory, read in many parts by several threads, beside those that one loop
 * over the same words finds.
 */
enum {
    arenas = 3,
    arena_bytes = (IS_SANITIZED ? 24 : 48) << 20,
    hole_bytes = 1 << 20,
    type_count = 5,
    word_bytes = sizeof(uint64_t)
};
static unsigned char *memory;
static struct memory_range ranges[arenas];
static struct block_list blocks;
static struct block_table table;
static struct target target;
/* Read-only memory of a file: what a type's table may lie in. */
static const uint64_t types[type_count] = {1, 2, 3, 4, 5};

static uint64_t draw(void) {
    static uint64_t state = 88172645463325252u; /* xorshift64, Marsaglia 2003 */
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void put(uint64_t at, uint64_t word) {
    memcpy((void *)(uintptr_t)at, &word, sizeof word);
}

static uint64_t word_at(uint64_t at) {
    uint64_t word;
    memcpy(&word, (const void *)(uintptr_t)at, sizeof word);
    return word;
}

/* Blocks of 32 to 2,016 bytes one after another, between which every seventh place is free; one of 20 MiB. */
static void make_blocks(void) {
    memory = mmap(NULL, (size_t)arenas * (arena_bytes + hole_bytes), PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    for (int arena = 0; arena < arenas; arena++) {
        uint64_t at = (uint64_t)(uintptr_t)memory + (uint64_t)arena * (arena_bytes + hole_bytes);
        uint64_t end = at + arena_bytes;
        ranges[arena] = (struct memory_range){at, end};
        if (arena == 1) {
            block_list_add(&blocks, at, UINT64_C(20) << 20);
            at += UINT64_C(20) << 20;
        }
        for (uint64_t bytes = 32 + draw() % 125 * 16; bytes <= end - at; bytes = 32 + draw() % 125 * 16) {
            if (draw() % 7 != 0) {
                block_list_add(&blocks, at, bytes);
            }
            at += bytes;
        }
    }
}

/* Words that point to blocks, to headers, to what is free, and into files; and those that are no addresses. */
static void fill(void) {
    for (size_t block = 0; block < blocks.count; block++) {
        uint64_t start = block_chunk(blocks.list[block]) + block_header_bytes;
        uint64_t end = block_chunk(blocks.list[block]) + block_list_bytes(&blocks, block);
        put(start, draw() % 3 == 0 ? (uint64_t)(uintptr_t)&types[draw() % type_count] : draw());
        for (uint64_t at = start + word_bytes; at < end; at += word_bytes * (1 + draw() % 16)) {
            put(at, ranges[draw() % arenas].start + draw() % arena_bytes);
        }
    }
}

static void check_block(const struct block_graph *graph, uint32_t block) {
    uint64_t start = block_start(&table, block);
    uint64_t end = block_chunk(blocks.list[block]) + block_list_bytes(&blocks, block);
    uint64_t first = word_at(start);
    bool has_type = first - (uint64_t)(uintptr_t)types < sizeof types;
    CHECK(has_type ? graph->tables.list[graph->kinds[block]] == first : graph->kinds[block] == no_kind);
    uint32_t edge = graph->first[block];
    uint32_t last = block;
    for (uint64_t at = start; at + word_bytes <= end; at += word_bytes) {
        uint32_t to = block_table_at(&table, word_at(at));
        if (to != no_block && to != last && to != block) {
            CHECK(edge < graph->first[block + 1] && graph->to[edge] == to);
            edge++;
            last = to;
        }
    }
    CHECK(edge == graph->first[block + 1]);
}

static void test_edges(void) {
    struct block_graph graph;
    CHECK(block_graph_make(&target, &table, ranges, arenas, &graph).status == inspect_ok);
    CHECK(graph.count == blocks.count && graph.first[0] == 0 && graph.first[graph.count] == graph.edge_count);
    CHECK(graph.edge_count > blocks.count && graph.missing_edges == 0 && graph.unread_bytes == 0);
    CHECK(graph.tables.count == type_count);
    for (uint32_t block = 0; block < graph.count; block++) {
        check_block(&graph, block);
    }
    block_graph_free(&graph);
}

/* No block, and no range. */
static void test_nothing(void) {
    static const struct block_list none;
    struct block_table empty;
    struct block_graph graph;
    CHECK(block_table_make(&none, &empty));
    CHECK(block_graph_make(&target, &empty, ranges, arenas, &graph).status == inspect_ok);
    CHECK(graph.count == 0 && graph.edge_count == 0 && graph.first[0] == 0);
    block_graph_free(&graph);
    CHECK(block_graph_make(&target, &empty, NULL, 0, &graph).status == inspect_ok && graph.edge_count == 0);
    block_graph_free(&graph);
    block_table_free(&empty);
    CHECK(block_graph_make(&target, &table, NULL, 0, &graph).status == inspect_ok);
    CHECK(graph.edge_count == 0 && graph.first[graph.count] == 0 && graph.kinds[0] == no_kind);
    block_graph_free(&graph);
}

/* Each thread sees that it was called off; what was found is no graph. */
static void test_called_off(void) {
    const int32_t cancelled = 1;
    struct cpu_limit cpu;
    struct deadline deadline = deadline_in(1000, &cancelled, &cpu);
    struct block_graph graph;
    target.deadline = &deadline;
    CHECK(block_graph_make(&target, &table, ranges, arenas, &graph).status == inspect_cancelled && graph.to == NULL);
    target.deadline = NULL;
}

int main(void) {
    make_blocks();
    fill();
    CHECK(target_open(getpid(), NULL, &target).status == inspect_ok && block_table_make(&blocks, &table));
    test_edges();
    test_nothing();
    test_called_off();
    block_table_free(&table);
    block_list_free(&blocks);
    target_close(&target);
    return 0;
}
