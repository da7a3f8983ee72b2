/* SPDX-License-Identifier: MIT */
#include "mmapped_choice.h"

enum { most_open = 256 }; /* three of so many are 2.7 million ways */

static uint64_t bytes_of(const struct mmapped_candidate *candidate) {
    return candidate->end - candidate->start;
}

static bool is_all(const struct mmapped_candidate *list, size_t count, struct mmapped_missing missing) {
    uint64_t bytes = 0;
    for (size_t index = 0; index < count; index++) {
        if (index > 0 && list[index].start < list[index - 1].end) {
            return false;
        }
        bytes += bytes_of(&list[index]);
    }
    return count == missing.chunks && (bytes == missing.bytes || (missing.is_rough && bytes < missing.bytes));
}

static void take(struct mmapped_candidate *candidate, struct mmapped_missing *missing) {
    candidate->is_taken = true;
    missing->chunks--;
    missing->bytes -= bytes_of(candidate);
}

static void take_closed(struct mmapped_candidate *list, size_t count, struct mmapped_missing *missing) {
    uint64_t end = 0;
    for (size_t index = 0; index < count && missing->chunks > 0; index++) {
        struct mmapped_candidate *candidate = &list[index];
        if (candidate->is_closed && candidate->start >= end && bytes_of(candidate) <= missing->bytes) {
            take(candidate, missing);
            end = candidate->end;
        }
    }
}

/* Those that were not taken and lie within none that was. */
static size_t find_open(struct mmapped_candidate *list, size_t count, struct mmapped_candidate **open) {
    uint64_t end = 0;
    size_t found = 0;
    for (size_t index = 0; index < count && found < most_open; index++) {
        if (list[index].is_taken) {
            end = list[index].end;
        } else if (list[index].start >= end) {
            open[found++] = &list[index];
        }
    }
    return found;
}

/* As many as are missing, which are what is missing to the byte. */
static bool take_exact(struct mmapped_candidate **open, size_t count, uint64_t chunks, uint64_t bytes) {
    for (size_t index = 0; index < count; index++) {
        uint64_t own = bytes_of(open[index]);
        bool is_found = chunks == 1
                            ? own == bytes
                            : own < bytes && take_exact(open + index + 1, count - index - 1, chunks - 1, bytes - own);
        if (is_found) {
            open[index]->is_taken = true;
            return true;
        }
    }
    return false;
}

void mmapped_choose(struct mmapped_candidate *list, size_t count, struct mmapped_missing missing) {
    struct mmapped_candidate *open[most_open];
    if (is_all(list, count, missing)) {
        for (size_t index = 0; index < count; index++) {
            list[index].is_taken = true;
        }
        return;
    }
    take_closed(list, count, &missing);
    if (missing.chunks > 0 && missing.chunks <= 3) {
        (void)take_exact(open, find_open(list, count, open), missing.chunks, missing.bytes);
    }
}
