/* SPDX-License-Identifier: MIT */
#include "ranges.h"

#include <stdlib.h>

static int compare_ranges(const void *left, const void *right) {
    const struct inspect_range *a = left;
    const struct inspect_range *b = right;
    return (a->start > b->start) - (a->start < b->start);
}

static void add_range(struct inspection *result, uint64_t start, uint64_t end, enum inspect_range_kind kind) {
    if (start < end) {
        result->ranges[result->range_count++] = (struct inspect_range){start, end, kind};
    }
}

/* Without what within it is not malloc's. */
static void add_heap_ranges(const struct glibc_heaps *heaps, const struct walk_result *walked_heaps, size_t index,
                            struct inspection *result) {
    const struct heap *heap = &heaps->heaps[index];
    const struct walked_heap *walked = &walked_heaps->heaps[index];
    if (heap->stretch.kind == stretch_arena) {
        add_range(result, heap->base, heap->limit, range_arena);
        return;
    }
    uint64_t start = heap->base;
    const struct foreign_gaps *gaps = &walked_heaps->gaps;
    for (size_t gap = foreign_gaps_from(gaps, start); gap < gaps->count && gaps->list[gap].start < walked->end; gap++) {
        add_range(result, start, gaps->list[gap].start, range_main);
        start = gaps->list[gap].end;
    }
    add_range(result, start, walked->end, range_main);
}

bool ranges_fill(const struct glibc_heaps *heaps, const struct walk_result *walked, const struct mmapped *mmapped,
                 struct inspection *result) {
    size_t most = heaps->heap_count + walked->gaps.count + mmapped->count;
    result->ranges = calloc(most + 1, sizeof *result->ranges);
    if (result->ranges == NULL) {
        return false;
    }
    for (size_t index = 0; index < heaps->heap_count; index++) {
        if (!walked->heaps[index].is_gone) {
            add_heap_ranges(heaps, walked, index, result);
        }
    }
    for (size_t index = 0; index < mmapped->count; index++) {
        const struct mmapped_chunk *chunk = &mmapped->list[index];
        add_range(result, chunk->start, chunk->end, range_mmapped);
    }
    qsort(result->ranges, result->range_count, sizeof *result->ranges, compare_ranges);
    return true;
}
