/* SPDX-License-Identifier: MIT */
#include "look.h"

#include <stdlib.h>
#include <string.h>

static int by_start(const void *left, const void *right) {
    const struct memory_range *one = left;
    const struct memory_range *other = right;
    return (one->start > other->start) - (one->start < other->start);
}

/* In order, joined where they overlap. */
static size_t join(struct memory_range *ranges, size_t count) {
    size_t kept = 0;
    if (count > 0) {
        qsort(ranges, count, sizeof *ranges, by_start);
    }
    for (size_t index = 0; index < count; index++) {
        if (kept > 0 && ranges[index].start <= ranges[kept - 1].end) {
            uint64_t end = ranges[index].end;
            ranges[kept - 1].end = end > ranges[kept - 1].end ? end : ranges[kept - 1].end;
        } else {
            ranges[kept++] = ranges[index];
        }
    }
    return kept;
}

/* malloc's memory, without what is reserved behind it and holds no block. */
bool look_find_ranges(struct look *look) {
    look->malloc = malloc((look->inspection.range_count + 1) * sizeof *look->malloc);
    for (size_t index = 0; look->malloc != NULL && index < look->inspection.range_count; index++) {
        const struct inspect_range *range = &look->inspection.ranges[index];
        look->malloc[look->malloc_count++] = (struct memory_range){range->start, range->end};
    }
    if (look->malloc != NULL) {
        look->malloc_count = join(look->malloc, look->malloc_count);
    }
    return look->malloc != NULL;
}

/* What is not read as memory that somebody has mapped: blocks, stacks, the Java heap. */
bool look_find_holes(struct look *look) {
    struct hotspot_space reserved[hotspot_reserved_most];
    size_t reserved_count = look->vm == NULL ? 0 : hotspot_reserved(look->vm, reserved, hotspot_reserved_most);
    size_t most = look->malloc_count + look->stacks.known + reserved_count + 1;
    look->holes = malloc(most * sizeof *look->holes);
    if (look->holes == NULL) {
        return false;
    }
    size_t count = look->malloc_count;
    memcpy(look->holes, look->malloc, count * sizeof *look->holes);
    for (size_t index = 0; index < look->stacks.known; index++) {
        look->holes[count++] = look->stacks.list[index].whole;
    }
    for (size_t index = 0; index < reserved_count; index++) {
        look->holes[count++] = (struct memory_range){reserved[index].bottom, reserved[index].top};
    }
    look->hole_count = join(look->holes, count);
    return true;
}
