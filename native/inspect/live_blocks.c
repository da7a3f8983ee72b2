/* SPDX-License-Identifier: MIT */
#include "live_blocks.h"

#include <stdlib.h>

static int by_chunk(const void *left, const void *right) {
    const struct large_block *one = left;
    const struct large_block *other = right;
    return (one->chunk > other->chunk) - (one->chunk < other->chunk);
}

/* NULL: none, or there is no memory. */
static struct large_block *mapped_in_order(const struct mmapped *mmapped, size_t *count) {
    *count = (size_t)mmapped->chunks;
    struct large_block *list = *count == 0 ? NULL : malloc(*count * sizeof *list);
    for (size_t index = 0; list != NULL && index < *count; index++) {
        list[index] = (struct large_block){mmapped->starts[index], mmapped->sizes[index]};
    }
    if (list != NULL) {
        qsort(list, *count, sizeof *list, by_chunk);
    }
    return list;
}

/* What lies between, among or is left out of the blocks of the heaps. */
struct others {
    const struct large_block *mapped;
    size_t mapped_count;
    const struct address_set *cached;
    size_t next_mapped;
    size_t next_cached;
};

static uint64_t next_other(const struct others *others) {
    uint64_t mapped =
        others->next_mapped < others->mapped_count ? others->mapped[others->next_mapped].chunk : UINT64_MAX;
    uint64_t cached =
        others->next_cached < others->cached->count ? others->cached->list[others->next_cached] : UINT64_MAX;
    return mapped < cached ? mapped : cached;
}

static void add_mapped(struct block_list *to, struct others *others, uint64_t end) {
    for (; others->next_mapped < others->mapped_count && others->mapped[others->next_mapped].chunk < end;
         others->next_mapped++) {
        const struct large_block *block = &others->mapped[others->next_mapped];
        block_list_add(to, block->chunk, block->bytes);
    }
}

static bool is_cached(const struct others *others, uint64_t chunk) {
    return others->next_cached < others->cached->count && others->cached->list[others->next_cached] == chunk;
}

/* Those of one heap, from one that is among the others to the next. */
static void add_heap(struct block_list *to, struct block_list *from, struct others *others) {
    uint64_t last = from->count == 0 ? 0 : block_chunk(from->list[from->count - 1]);
    for (size_t index = 0; index < from->count;) {
        uint64_t chunk = block_chunk(from->list[index]);
        add_mapped(to, others, chunk + 1);
        while (others->next_cached < others->cached->count && others->cached->list[others->next_cached] < chunk) {
            others->next_cached++;
        }
        uint64_t other = next_other(others);
        if (index == 0 && other > last) {
            block_list_append(to, from);
            return;
        }
        size_t end = block_list_find(from, index, other);
        block_list_copy(to, from, index, end);
        bool is_out = end < from->count && block_chunk(from->list[end]) == other && is_cached(others, other);
        index = end + is_out;
    }
    to->missing += from->missing;
    block_list_free(from);
}

void live_blocks_fill(struct walk_result *walked, size_t heap_count, const struct mmapped *mmapped,
                      struct inspection *result) {
    struct block_list *to = &result->blocks;
    struct others others = {.cached = &walked->cached};
    size_t blocks = 0;
    struct large_block *mapped = mapped_in_order(mmapped, &others.mapped_count);
    to->missing += mapped == NULL ? others.mapped_count : 0;
    others.mapped_count = mapped == NULL ? 0 : others.mapped_count;
    others.mapped = mapped;
    address_set_sort(&walked->cached);
    for (size_t heap = 0; heap < heap_count; heap++) {
        blocks += walked->blocks[heap].count;
    }
    if (heap_count > 1 || others.mapped_count > 0) {
        block_list_reserve(to, blocks + others.mapped_count);
    }
    for (size_t heap = 0; heap < heap_count; heap++) {
        add_heap(to, &walked->blocks[heap], &others);
    }
    add_mapped(to, &others, UINT64_MAX);
    free(mapped);
}
