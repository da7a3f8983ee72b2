/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BLOCK_LIST_H
#define OFFHEAP_BLOCK_LIST_H

/*
 * Blocks in use, one by one. There may be tens of millions, so a block is one word: its chunk's address and size in
 * units of 16 bytes. The size of one of 16 MiB and more stands in a list of its own.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    block_unit = 16,
    block_size_bits = 20,
    /* Half a GiB of this process's memory, and as much again while they are put in order. */
    block_limit = 1 << 26,
};

struct large_block {
    uint64_t chunk;
    uint64_t bytes;
};

struct block_list {
    uint64_t *list; /* in order of address once it is whole */
    size_t count;
    size_t capacity;
    struct large_block *large; /* likewise */
    size_t large_count;
    size_t large_capacity;
    uint64_t missing; /* that there was no room for */
};

static inline uint64_t block_chunk(uint64_t block) {
    return block >> block_size_bits << 4;
}

/* pre: `bytes` below 16 MiB */
static inline uint64_t block_word(uint64_t chunk, uint64_t bytes) {
    return (chunk / block_unit) << block_size_bits | bytes / block_unit;
}

/* `bytes`: of the chunk, with its header. What finds no room is counted as missing. */
void block_list_add(struct block_list *blocks, uint64_t chunk, uint64_t bytes);
/* Room for so many in all, as far as there is memory. */
void block_list_reserve(struct block_list *blocks, size_t count);
/* Those from one index to before another behind those that are there. What finds no room is counted as missing. */
void block_list_copy(struct block_list *blocks, const struct block_list *from, size_t begin, size_t end);
/* All of the other one behind those that are there; it is empty then. */
void block_list_append(struct block_list *blocks, struct block_list *from);
/* Index of the first block, from `index` on, whose chunk is not before the address. pre: in order */
size_t block_list_find(const struct block_list *blocks, size_t index, uint64_t chunk);
void block_list_clear(struct block_list *blocks);
void block_list_free(struct block_list *blocks);

/* Chunk size of the block at an index that is 16 MiB or more. */
uint64_t block_list_large_bytes(const struct block_list *blocks, size_t index);

/* Chunk size of the block at an index. */
static inline uint64_t block_list_bytes(const struct block_list *blocks, size_t index) {
    uint64_t units = blocks->list[index] & ((UINT64_C(1) << block_size_bits) - 1);
    return units != 0 ? units * block_unit : block_list_large_bytes(blocks, index);
}

#endif
