/* SPDX-License-Identifier: MIT */
#include "mmapped_list.h"

#include "list_room.h"

#include <string.h>

enum { first_capacity = 64 };

static bool add_size(struct mmapped *mmapped, uint64_t bytes) {
    uint64_t *sizes = list_with_room(mmapped->sizes, (size_t)mmapped->chunks, &mmapped->sizes_capacity, first_capacity,
                                     sizeof *sizes);
    if (sizes != NULL) {
        mmapped->sizes = sizes;
        mmapped->sizes[mmapped->chunks] = bytes;
    }
    return sizes != NULL;
}

bool mmapped_add(struct mmapped *mmapped, uint64_t start, uint64_t end) {
    if (!add_size(mmapped, end - start)) {
        return false;
    }
    mmapped->chunks++;
    mmapped->size_bytes += end - start;
    if (mmapped->count > 0 && mmapped->list[mmapped->count - 1].end == start) {
        mmapped->list[mmapped->count - 1].end = end;
        return true;
    }
    struct mmapped_chunk *list =
        list_with_room(mmapped->list, mmapped->count, &mmapped->capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return false;
    }
    mmapped->list = list;
    mmapped->list[mmapped->count++] = (struct mmapped_chunk){start, end};
    return true;
}

void mmapped_free(struct mmapped *mmapped) {
    free(mmapped->list);
    free(mmapped->sizes);
    memset(mmapped, 0, sizeof *mmapped);
}
