/* SPDX-License-Identifier: MIT */
#include "address_set.h"

#include "list_room.h"

#include <string.h>

enum { first_capacity = 1024, steps = 16 };

bool address_set_add(struct address_set *set, uint64_t address) {
    uint64_t *list = list_with_room(set->list, set->count, &set->capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return false;
    }
    set->list = list;
    set->list[set->count++] = address;
    return true;
}

static int compare(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

void address_set_sort(struct address_set *set) {
    size_t kept = 0;
    if (set->count > 1) {
        qsort(set->list, set->count, sizeof *set->list, compare);
    }
    for (size_t index = 0; index < set->count; index++) {
        if (kept == 0 || set->list[kept - 1] != set->list[index]) {
            set->list[kept++] = set->list[index];
        }
    }
    set->count = kept;
}

void address_set_free(struct address_set *set) {
    free(set->list);
    memset(set, 0, sizeof *set);
}

/* Index of the first address that is not lower. */
static size_t find(const struct address_set *set, uint64_t address) {
    size_t low = 0;
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->list[middle] < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool address_set_has(const struct address_set *set, size_t *place, uint64_t address) {
    size_t at = *place;
    for (unsigned step = 0; step < steps && at < set->count && set->list[at] < address; step++) {
        at++;
    }
    bool is_behind = at > 0 && set->list[at - 1] >= address;
    bool is_far = at < set->count && set->list[at] < address;
    *place = is_behind || is_far ? find(set, address) : at;
    return *place < set->count && set->list[*place] == address;
}
