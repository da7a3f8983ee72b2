/* SPDX-License-Identifier: MIT */
#include "page_map.h"

static uint64_t page_of(const struct page_bits *bits, uint64_t address) {
    return (address - bits->start) >> page_shift();
}

static uint64_t page_count(const struct page_bits *bits) {
    return (bits->end - bits->start) >> page_shift();
}

static bool bit(const struct page_bits *bits, uint64_t page) {
    return (bits->words[page / 64] >> (page % 64) & 1) != 0;
}

bool page_bits_has(const struct page_bits *bits, uint64_t address) {
    return address >= bits->start && address < bits->end && bit(bits, page_of(bits, address));
}

uint64_t page_bits_next(const struct page_bits *bits, uint64_t address) {
    if (address < bits->start) {
        address = bits->start;
    }
    if (address >= bits->end) {
        return bits->end;
    }
    if (page_bits_has(bits, address)) {
        return address;
    }
    for (uint64_t page = page_of(bits, address) + 1; page < page_count(bits);) {
        uint64_t rest = bits->words[page / 64] >> (page % 64);
        if (rest != 0) {
            page += (uint64_t)__builtin_ctzll(rest);
            return page < page_count(bits) ? bits->start + (page << page_shift()) : bits->end;
        }
        page = (page / 64 + 1) * 64;
    }
    return bits->end;
}

size_t page_bits_run(const struct page_bits *bits, uint64_t address, size_t bytes) {
    uint64_t at = address;
    while (at < address + bytes && page_bits_has(bits, at)) {
        at = ((at >> page_shift()) + 1) << page_shift();
    }
    return at - address < bytes ? (size_t)(at - address) : bytes;
}

static uint64_t count_pages(const struct page_bits *bits, uint64_t from, uint64_t to) {
    uint64_t count = 0;
    for (uint64_t page = from; page < to;) {
        uint64_t word = bits->words[page / 64] >> (page % 64);
        uint64_t here = 64 - page % 64;
        if (to - page < here) {
            here = to - page;
            word &= (UINT64_C(1) << here) - 1;
        }
        count += (uint64_t)__builtin_popcountll(word);
        page += here;
    }
    return count;
}

uint64_t page_bits_present(const struct page_bits *bits, uint64_t from, uint64_t to) {
    from = from < bits->start ? bits->start : from;
    to = to > bits->end ? bits->end : to;
    if (from >= to) {
        return 0;
    }
    uint64_t first = page_of(bits, from);
    uint64_t last = page_of(bits, to - 1);
    uint64_t mask = page_bytes() - 1;
    uint64_t bytes = count_pages(bits, first, last + 1) * (mask + 1);
    /* Less the parts of the outer pages that are not asked for. */
    bytes -= bit(bits, first) ? (from - bits->start) & mask : 0;
    bytes -= bit(bits, last) ? (mask + 1 - ((to - bits->start) & mask)) & mask : 0;
    return bytes;
}
