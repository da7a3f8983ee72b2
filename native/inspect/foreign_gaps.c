/* SPDX-License-Identifier: MIT */
#include "foreign_gaps.h"

bool foreign_gaps_add(struct foreign_gaps *gaps, uint64_t start, uint64_t end) {
    if (start >= end) {
        return true;
    }
    if (gaps->count == foreign_gap_limit) {
        return false;
    }
    gaps->list[gaps->count++] = (struct foreign_gap){start, end};
    return true;
}

bool foreign_gaps_has(const struct foreign_gaps *gaps, uint64_t address) {
    for (unsigned index = 0; index < gaps->count; index++) {
        if (address >= gaps->list[index].start && address < gaps->list[index].end) {
            return true;
        }
    }
    return false;
}

uint64_t foreign_gaps_bytes(const struct foreign_gaps *gaps) {
    uint64_t bytes = 0;
    for (unsigned index = 0; index < gaps->count; index++) {
        bytes += gaps->list[index].end - gaps->list[index].start;
    }
    return bytes;
}

uint64_t foreign_gaps_rss(const struct foreign_gaps *gaps, const struct page_bits *bits) {
    uint64_t bytes = 0;
    for (unsigned index = 0; index < gaps->count; index++) {
        bytes += page_bits_present(bits, gaps->list[index].start, gaps->list[index].end);
    }
    return bytes;
}
