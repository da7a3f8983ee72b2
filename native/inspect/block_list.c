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

void block_list_reserve(struct block_list *blocks, size_t count) {
    size_t wanted = count < block_limit ? count : (size_t)block_limit;
    uint64_t *list = wanted > blocks->capacity ? realloc(blocks->list, wanted * sizeof *list) : NULL;
    if (list != NULL) {
        blocks->list = list;
        blocks->capacity = wanted;
    }
}

static void copy_large(struct block_list *blocks, const struct block_list *from, uint64_t first, uint64_t last) {
    for (size_t index = 0; index < from->large_count; index++) {
        const struct large_block *large = &from->large[index];
        if (large->chunk >= first && large->chunk <= last && !add_large(blocks, large->chunk, large->bytes)) {
            blocks->missing++; /* its size is then unknown: 0 */
        }
    }
}

void block_list_copy(struct block_list *blocks, const struct block_list *from, size_t begin, size_t end) {
    if (begin >= end) {
        return;
    }
    if (end - begin > blocks->capacity - blocks->count) {
        size_t twice = 2 * blocks->capacity;
        size_t needed = blocks->count + (end - begin);
        block_list_reserve(blocks, needed > twice ? needed : twice);
    }
    size_t room = blocks->capacity - blocks->count;
    size_t count = end - begin < room ? end - begin : room;
    blocks->missing += end - begin - count;
    if (count > 0) {
        memcpy(blocks->list + blocks->count, from->list + begin, count * sizeof *from->list);
        blocks->count += count;
        copy_large(blocks, from, block_chunk(from->list[begin]), block_chunk(from->list[begin + count - 1]));
    }
}

void block_list_append(struct block_list *blocks, struct block_list *from) {
    uint64_t missing = from->missing;
    if (blocks->capacity == 0) {
        missing += blocks->missing;
        block_list_free(blocks);
        *blocks = *from;
        blocks->missing = missing;
        memset(from, 0, sizeof *from);
        return;
    }
    block_list_copy(blocks, from, 0, from->count);
    blocks->missing += missing;
    block_list_free(from);
}

size_t block_list_find(const struct block_list *blocks, size_t index, uint64_t chunk) {
    size_t to = blocks->count;
    while (index < to) {
        size_t middle = index + (to - index) / 2;
        if (block_chunk(blocks->list[middle]) < chunk) {
            index = middle + 1;
        } else {
            to = middle;
        }
    }
    return index;
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
