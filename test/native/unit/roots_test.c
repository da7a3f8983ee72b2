/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "roots.h"

#include <string.h>
#include <unistd.h>

/* Reads this process's memory. Its words point to blocks that are only in a list: block 0, 1, 2 … in turn. */
enum { words = 4096, blocks_made = 4096, block_bytes = 64 };
static const uint64_t first_chunk = UINT64_C(0x100000000000);
static _Alignas(4096) uint64_t memory[words];
static struct block_list blocks;
static struct block_table table;
static struct target target;
static struct stream stream;

static uint64_t address_of(size_t word) {
    return (uint64_t)(uintptr_t)&memory[word];
}

static struct memory_range range_of(size_t from, size_t to) {
    struct memory_range range = {address_of(from), address_of(to)};
    return range;
}

static void begin(void) {
    for (uint64_t index = 0; index < blocks_made; index++) {
        block_list_add(&blocks, first_chunk + index * block_bytes, block_bytes);
    }
    for (size_t index = 0; index < words; index++) {
        memory[index] = first_chunk + index * block_bytes + block_header_bytes + index % 40;
    }
    CHECK(block_table_make(&blocks, &table));
    CHECK(target_open(getpid(), NULL, &target).status == inspect_ok && stream_open(&target, &stream));
}

static void end(void) {
    stream_close(&stream);
    target_close(&target);
    block_table_free(&table);
    block_list_free(&blocks);
}

/* Scans words [0, to) around holes, and expects the words that are in none of them. */
static void check(size_t from, size_t to, const struct memory_range *holes, size_t count) {
    struct root_list roots = {0};
    struct memory_range range = range_of(from, to);
    CHECK(roots_scan_around(&stream, &table, &range, holes, count, 7, &roots).status == inspect_ok);
    size_t found = 0;
    for (size_t word = from; word < to; word++) {
        bool is_hidden = false;
        for (size_t hole = 0; hole < count; hole++) {
            is_hidden |= address_of(word) >= holes[hole].start && address_of(word) < holes[hole].end;
        }
        if (!is_hidden) {
            CHECK(found < roots.count && roots.list[found].block == word && roots.list[found].owner == 7);
            found++;
        }
    }
    CHECK(roots.count == found && roots.read_bytes == found * sizeof(uint64_t));
    CHECK(roots.missing == 0 && roots.missed_bytes == 0);
    root_list_free(&roots);
}

static void test_holes(void) {
    struct memory_range none[1];
    struct memory_range inner[] = {range_of(10, 20), range_of(20, 21), range_of(600, 1300)};
    struct memory_range first[] = {range_of(0, 100)};
    struct memory_range last[] = {range_of(3000, 4096)};
    struct memory_range all[] = {range_of(0, 4096)};
    struct memory_range beyond[] = {{0, 4096}, {UINT64_C(1) << 46, UINT64_C(1) << 47}};
    struct memory_range across[] = {{address_of(0) - 4096, address_of(3)}, {address_of(4000), address_of(4096) + 4096}};
    check(0, words, none, 0);
    check(0, words, inner, 3);
    check(15, 700, inner, 3);
    check(0, words, first, 1);
    check(0, words, last, 1);
    check(0, words, all, 1);
    check(1, 1, inner, 3);
    check(0, words, beyond, 2);
    check(0, words, across, 2);
}

/* A word that is no address of a block, and the same block twice in a row. */
static void test_words(void) {
    struct root_list roots = {0};
    struct memory_range range = range_of(0, 6);
    static const uint64_t edges[] = {0, 15, 16, block_bytes - 1, block_bytes, block_bytes + 16};
    for (size_t index = 0; index < 6; index++) {
        memory[index] = first_chunk + edges[index];
    }
    CHECK(roots_scan(&stream, &table, &range, 1, &roots).status == inspect_ok);
    CHECK(roots.count == 2 && roots.list[0].block == 0 && roots.list[1].block == 1);
    root_list_free(&roots);
    /* A range that begins within a word: the first whole one counts. */
    range.start += 3 * sizeof(uint64_t) + 1;
    CHECK(roots_scan(&stream, &table, &range, 1, &roots).status == inspect_ok);
    CHECK(roots.count == 1 && roots.list[0].block == 1);
    root_list_free(&roots);
}

int main(void) {
    begin();
    test_holes();
    test_words();
    end();
    return 0;
}
