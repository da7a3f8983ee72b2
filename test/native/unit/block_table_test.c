/* SPDX-License-Identifier: MIT */
#include "block_table.h"
#include "check.h"

static struct block_list blocks;
static struct block_table table;

static void add(uint64_t chunk, uint64_t bytes) {
    block_list_add(&blocks, chunk, bytes);
}

static void make(void) {
    CHECK(block_table_make(&blocks, &table));
}

static void clear(void) {
    block_table_free(&table);
    block_list_free(&blocks);
}

static uint32_t at(uint64_t address) {
    uint32_t found = block_table_at(&table, address);
    if (block_table_may_have(&table, address)) {
        uint32_t again[2];
        block_table_find_all(&table, (const uint64_t[]){address, table.first}, 2, again);
        CHECK(again[0] == found && again[1] == no_block);
    }
    return found;
}

/* From behind its header to the end of its chunk. */
static void check_block(uint32_t block, uint64_t chunk, uint64_t bytes) {
    CHECK(block_start(&table, block) == chunk + 16 && block_end(&table, block) == chunk + bytes + 8);
    CHECK(at(chunk + 16) == block && at(chunk + 17) == block && at(chunk + bytes - 1) == block);
    CHECK(at(chunk + 15) != block && at(chunk) != block && at(chunk + bytes) != block &&
          at(chunk + bytes + 8) != block);
}

static void test_no_block(void) {
    make();
    CHECK(at(0) == no_block && at(8) == no_block && at(UINT64_MAX) == no_block && at(0x10000) == no_block);
    clear();
}

static void test_neighbours(void) {
    static const uint64_t base = 0x555555559000;
    for (uint64_t index = 0; index < 1000; index++) {
        add(base + index * 32, 32);
    }
    make();
    for (uint32_t index = 0; index < 1000; index++) {
        check_block(index, base + index * 32, 32);
    }
    CHECK(at(base - 1) == no_block && at(base + 1000 * 32 + 16) == no_block);
    clear();
}

/* Pages have 4 KiB and spans 64 MiB: blocks that begin, end or lie on their bounds, and one that covers many of them.
 */
static void test_bounds(void) {
    static const uint64_t span = UINT64_C(1) << table_span_bits;
    static const uint64_t chunks[][2] = {
        {3 * span - 32, 32},              /* ends with a span */
        {3 * span, 4096},                 /* begins with it, and takes a page */
        {3 * span + 4096 - 16 + 16, 48},  /* begins with a page */
        {3 * span + 8192 - 16, 32},       /* its memory begins with a page, and its header does not */
        {4 * span - 16, 64},              /* the same of a span */
        {5 * span + 4096, 4 * span},      /* spans in which nothing begins */
        {9 * span + 4096, 32},            /* right behind it, in a span of its own */
        {(UINT64_C(1) << 47) - 4096, 32}, /* the last page that there can be */
    };
    size_t count = sizeof chunks / sizeof *chunks;
    for (size_t index = 0; index < count; index++) {
        add(chunks[index][0], chunks[index][1]);
    }
    make();
    for (size_t index = 0; index < count; index++) {
        check_block((uint32_t)index, chunks[index][0], chunks[index][1]);
    }
    for (uint64_t address = 5 * span + 4096 + 16; address < 9 * span + 4096; address += span / 8) {
        CHECK(at(address) == 5);
    }
    CHECK(at(3 * span - 48) == no_block && at(UINT64_C(1) << 47) == no_block && at(100 * span) == no_block);
    clear();
}

/* A large block that ends in a span where others begin, on a page with the first of them. */
static void test_into_a_span(void) {
    static const uint64_t span = UINT64_C(1) << table_span_bits;
    add(3 * span - 16, 96);
    for (uint64_t index = 0; index < 200; index++) {
        add(3 * span + 80 + index * 48, 32);
    }
    make();
    check_block(0, 3 * span - 16, 96);
    for (uint32_t index = 0; index < 200; index++) {
        check_block(index + 1, 3 * span + 80 + index * 48, 32);
        CHECK(at(3 * span + 80 + index * 48 + 32) == no_block); /* a gap */
    }
    clear();
}

/* Blocks and gaps of any size. */
static void test_random_blocks(uint64_t random) {
    static uint64_t chunks[4000][2];
    uint64_t address = 0x7f0000000000;
    for (size_t index = 0; index < 4000; index++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        address += random >> 60 == 0 ? random >> 36 & ~UINT64_C(15) : 0;
        chunks[index][0] = address;
        chunks[index][1] = 32 + (random >> 56 == 0 ? random >> 38 & ~UINT64_C(15) : random >> 50 & ~UINT64_C(15));
        add(chunks[index][0], chunks[index][1]);
        address += chunks[index][1];
    }
    make();
    for (size_t index = 0; index < 4000; index++) {
        check_block((uint32_t)index, chunks[index][0], chunks[index][1]);
    }
    clear();
}

int main(void) {
    test_no_block();
    test_neighbours();
    test_bounds();
    test_into_a_span();
    for (uint64_t seed = 1; seed < 20; seed++) {
        test_random_blocks(seed);
    }
    return 0;
}
