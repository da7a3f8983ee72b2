/* SPDX-License-Identifier: MIT */
#include "block_list.h"

#include "list_room.h"

#include <string.h>

enum { first_capacity = 1024 };
static const uint64_t size_mask = (UINT64_C(1) << block_size_bits) - 1;

static bool add_large(struct block_list *blocks, uint64_t chunk, uint64_t bytes) {
    struct large_block *large =
        list_with_room(blocks->large, blocks->large_count, &blocks->large_capacity, first_capacity, sizeof *large);
    if (large == NULL) {
        return false;
    }
    blocks->large = large;
    large[blocks->large_count++] = (struct large_block){chunk, bytes};
    return true;
}

static bool add_word(struct block_list *blocks, uint64_t word) {
    if (blocks->count == block_limit) {
        return false;
    }
    uint64_t *list = list_with_room(blocks->list, blocks->count, &blocks->capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return false;
    }
    blocks->list = list;
    list[blocks->count++] = word;
    return true;
}

void block_list_add(struct block_list *blocks, uint64_t chunk, uint64_t bytes) {
    uint64_t units = bytes / block_unit;
    bool is_large = units > size_mask;
    uint64_t word = block_word(chunk, is_large ? 0 : bytes);
    if ((is_large && !add_large(blocks, chunk, bytes)) || !add_word(blocks, word)) {
        blocks->missing++;
    }
}

void block_list_append(struct block_list *blocks, struct block_list *from) {
    for (size_t index = 0; index < from->count; index++) {
        block_list_add(blocks, block_chunk(from->list[index]), block_list_bytes(from, index));
    }
    blocks->missing += from->missing;
    block_list_free(from);
}

void block_list_clear(struct block_list *blocks) {
    blocks->count = 0;
    blocks->large_count = 0;
    blocks->missing = 0;
}

void block_list_free(struct block_list *blocks) {
    free(blocks->list);
    free(blocks->large);
    memset(blocks, 0, sizeof *blocks);
}

uint64_t block_list_large_bytes(const struct block_list *blocks, size_t index) {
    uint64_t word = blocks->list[index];
    size_t from = 0;
    size_t to = blocks->large_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (blocks->large[middle].chunk < block_chunk(word)) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from < blocks->large_count ? blocks->large[from].bytes : 0;
}
