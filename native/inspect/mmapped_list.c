/* SPDX-License-Identifier: MIT */
#include "mmapped_list.h"

#include "list_room.h"

#include <string.h>

enum { first_capacity = 64 };

/* One word more of a list that has one for each block. */
static bool add_word(uint64_t **list, uint64_t chunks, size_t *capacity, uint64_t word) {
    uint64_t *larger = list_with_room(*list, (size_t)chunks, capacity, first_capacity, sizeof **list);
    if (larger != NULL) {
        *list = larger;
        larger[chunks] = word;
    }
    return larger != NULL;
}

bool mmapped_add(struct mmapped *mmapped, uint64_t start, uint64_t end) {
    if (!add_word(&mmapped->sizes, mmapped->chunks, &mmapped->sizes_capacity, end - start) ||
        !add_word(&mmapped->starts, mmapped->chunks, &mmapped->starts_capacity, start)) {
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
    free(mmapped->starts);
    memset(mmapped, 0, sizeof *mmapped);
}
