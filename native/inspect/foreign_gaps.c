/* SPDX-License-Identifier: MIT */
#include "foreign_gaps.h"

#include "list_room.h"

#include <string.h>

enum { first_capacity = 16 };

bool foreign_gaps_add(struct foreign_gaps *gaps, uint64_t start, uint64_t end) {
    if (start >= end) {
        return true;
    }
    if (gaps->count == foreign_gap_limit) {
        return false;
    }
    struct foreign_gap *list = list_with_room(gaps->list, gaps->count, &gaps->capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return false;
    }
    gaps->list = list;
    gaps->list[gaps->count++] = (struct foreign_gap){start, end};
    return true;
}

static int compare(const void *left, const void *right) {
    const struct foreign_gap *a = left;
    const struct foreign_gap *b = right;
    return (a->start > b->start) - (a->start < b->start);
}

void foreign_gaps_sort(struct foreign_gaps *gaps) {
    if (gaps->count > 1) {
        qsort(gaps->list, gaps->count, sizeof *gaps->list, compare);
    }
}

void foreign_gaps_free(struct foreign_gaps *gaps) {
    free(gaps->list);
    memset(gaps, 0, sizeof *gaps);
}

size_t foreign_gaps_from(const struct foreign_gaps *gaps, uint64_t address) {
    size_t low = 0;
    size_t high = gaps->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (gaps->list[middle].end <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool foreign_gaps_has(const struct foreign_gaps *gaps, uint64_t address) {
    size_t at = foreign_gaps_from(gaps, address);
    return at < gaps->count && gaps->list[at].start <= address;
}

uint64_t foreign_gaps_bytes(const struct foreign_gaps *gaps) {
    uint64_t bytes = 0;
    for (size_t index = 0; index < gaps->count; index++) {
        bytes += gaps->list[index].end - gaps->list[index].start;
    }
    return bytes;
}

uint64_t foreign_gaps_rss(const struct foreign_gaps *gaps, const struct page_bits *bits) {
    uint64_t bytes = 0;
    for (size_t index = 0; index < gaps->count; index++) {
        bytes += page_bits_present(bits, gaps->list[index].start, gaps->list[index].end);
    }
    return bytes;
}
