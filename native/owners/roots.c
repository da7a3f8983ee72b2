/* SPDX-License-Identifier: MIT */
#include "roots.h"

#include "../inspect/list_room.h"
#include "pointer_scan.h"

#include <string.h>

enum { first_roots = 1024, root_limit = 1 << 26 };

struct scan {
    const struct block_table *table;
    const struct deadline *deadline;
    struct root_list *roots;
    uint32_t owner;
    uint32_t last; /* block */
};

static void add(struct scan *scan, uint32_t block) {
    struct root_list *roots = scan->roots;
    struct root *list = roots->count == root_limit
                            ? NULL
                            : list_with_room(roots->list, roots->count, &roots->capacity, first_roots, sizeof *list);
    if (list == NULL) {
        roots->missing++;
        return;
    }
    roots->list = list;
    list[roots->count++] = (struct root){scan->owner, block};
}

static bool take(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct scan *scan = to;
    (void)from;
    struct pointer_scan pointers;
    pointer_scan_begin(&pointers, scan->table, data, bytes);
    while (!deadline_is_over(scan->deadline) && pointer_scan_next(&pointers)) {
        for (size_t index = 0; index < pointers.count; index++) {
            uint32_t block = pointers.pointers[index].block;
            if (block != scan->last) {
                add(scan, block);
                scan->last = block;
            }
        }
    }
    return !deadline_is_over(scan->deadline);
}

struct inspect_verdict roots_scan(struct stream *stream, const struct block_table *table,
                                  const struct memory_range *range, uint32_t owner, struct root_list *roots) {
    struct scan scan = {table, stream->target->deadline, roots, owner, no_block};
    uint64_t read = stream->read_bytes;
    uint64_t missed = stream->missed_bytes;
    struct inspect_verdict verdict = stream_read(stream, range, 1, take, &scan);
    roots->read_bytes += stream->read_bytes - read;
    roots->missed_bytes += stream->missed_bytes - missed;
    return verdict;
}

/* The first hole that ends behind the address. */
static size_t hole_from(const struct memory_range *holes, size_t count, uint64_t address) {
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (holes[middle].end <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct inspect_verdict roots_scan_around(struct stream *stream, const struct block_table *table,
                                         const struct memory_range *range, const struct memory_range *holes,
                                         size_t hole_count, uint32_t owner, struct root_list *roots) {
    struct inspect_verdict verdict = inspect_good();
    uint64_t at = range->start;
    for (size_t hole = hole_from(holes, hole_count, at); at < range->end && verdict.status == inspect_ok; hole++) {
        bool is_cut = hole < hole_count && holes[hole].start < range->end;
        struct memory_range part = {at, is_cut ? holes[hole].start : range->end};
        if (part.start < part.end) {
            verdict = roots_scan(stream, table, &part, owner, roots);
        }
        at = is_cut ? holes[hole].end : range->end;
    }
    return verdict;
}

void root_list_free(struct root_list *roots) {
    free(roots->list);
    memset(roots, 0, sizeof *roots);
}
