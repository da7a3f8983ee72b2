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

static void add_until(struct block_list *to, const struct large_block *list, size_t count, size_t *next, uint64_t end) {
    for (; *next < count && list[*next].chunk < end; ++*next) {
        block_list_add(to, list[*next].chunk, list[*next].bytes);
    }
}

void live_blocks_fill(struct walk_result *walked, size_t heap_count, const struct mmapped *mmapped,
                      struct inspection *result) {
    struct block_list *to = &result->blocks;
    size_t mapped_count;
    size_t next = 0;
    size_t place = 0;
    struct large_block *mapped = mapped_in_order(mmapped, &mapped_count);
    to->missing += mapped == NULL ? mapped_count : 0;
    mapped_count = mapped == NULL ? 0 : mapped_count;
    address_set_sort(&walked->cached);
    for (size_t heap = 0; heap < heap_count; heap++) {
        struct block_list *from = &walked->blocks[heap];
        for (size_t index = 0; index < from->count; index++) {
            uint64_t chunk = block_chunk(from->list[index]);
            add_until(to, mapped, mapped_count, &next, chunk);
            if (!address_set_has(&walked->cached, &place, chunk)) {
                block_list_add(to, chunk, block_list_bytes(from, index));
            }
        }
        to->missing += from->missing;
        block_list_free(from);
    }
    add_until(to, mapped, mapped_count, &next, UINT64_MAX);
    free(mapped);
}
