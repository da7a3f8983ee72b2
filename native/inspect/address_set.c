/* SPDX-License-Identifier: MIT */
#include "address_set.h"

#include "list_room.h"

#include <string.h>

enum {
    first_capacity = 1024,
    steps = 16,
    digit_bits = 16,
    digit_count = 1 << digit_bits,
    digits = 4, /* of 64 bits */
};

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

/* By one digit, stable. pre: counts has digit_count items */
static void sort_by(const uint64_t *from, uint64_t *to, size_t count, unsigned shift, size_t *counts) {
    size_t before = 0;
    memset(counts, 0, digit_count * sizeof *counts);
    for (size_t index = 0; index < count; index++) {
        counts[from[index] >> shift & (digit_count - 1)]++;
    }
    for (size_t digit = 0; digit < digit_count; digit++) {
        size_t here = counts[digit];
        counts[digit] = before;
        before += here;
    }
    for (size_t index = 0; index < count; index++) {
        to[counts[from[index] >> shift & (digit_count - 1)]++] = from[index];
    }
}

/* A tenth of qsort's time where there are many. False: no memory for it. */
static bool sort_by_digits(struct address_set *set) {
    uint64_t *other = malloc(set->count * sizeof *other);
    size_t *counts = malloc(digit_count * sizeof *counts);
    bool is_good = other != NULL && counts != NULL;
    for (unsigned digit = 0; is_good && digit < digits; digit += 2) {
        sort_by(set->list, other, set->count, digit * digit_bits, counts);
        sort_by(other, set->list, set->count, (digit + 1) * digit_bits, counts);
    }
    free(counts);
    free(other);
    return is_good;
}

void address_set_sort(struct address_set *set) {
    size_t kept = 0;
    bool is_sorted = set->count < 2 || (set->count > digit_count && sort_by_digits(set));
    if (!is_sorted) {
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
