/* SPDX-License-Identifier: MIT */
#include "mmapped_chain.h"

#include <errno.h>
#include <string.h>

enum {
    flag_bits = 7,
    is_mmapped = 2,
    huge_pages = 1,
    header_bytes = 16,
    largest_page = 65536,
    most_pages = 256,
};

uint64_t mmapped_claim(const uint64_t words[2], uint64_t at) {
    uint64_t size = words[1] & ~(uint64_t)flag_bits;
    uint64_t distance = words[0] & ~(uint64_t)huge_pages;
    if ((words[1] & flag_bits) != is_mmapped || distance != at || size == 0 || size >> 47 != 0) {
        return 0;
    }
    if ((at + size) % page_bytes() == 0 && words[0] == distance) {
        return at + size;
    }
    return (at + size + header_bytes) % page_bytes() == 0 ? at + size + header_bytes : 0;
}

static uint64_t claim_of_page(const void *page) {
    uint64_t words[2];
    for (uint64_t at = header_bytes; at < page_bytes(); at += header_bytes) {
        memcpy(words, (const char *)page + at, sizeof words);
        uint64_t bytes = mmapped_claim(words, at);
        if (bytes != 0) {
            return bytes;
        }
    }
    memcpy(words, page, sizeof words);
    return mmapped_claim(words, 0);
}

/* The same by a header that ends one of the pages from `at` on, where memalign had to go beyond the first; 0: none
 * does. */
static uint64_t claim_behind(const struct target *target, uint64_t at, uint64_t end) {
    struct page_bits bits = {0};
    uint64_t words[2];
    uint64_t bytes = 0;
    uint64_t until = end - at > most_pages * page_bytes() ? at + most_pages * page_bytes() : end;
    (void)page_map_load(&target->pages, at, until, &bits);
    for (uint64_t page = page_bits_next(&bits, at); page < until && bytes == 0;
         page = page_bits_next(&bits, page + page_bytes())) {
        uint64_t header = page + page_bytes() - header_bytes;
        bool is_read = remote_read(&target->memory, header, words, sizeof words);
        bytes = is_read ? mmapped_claim(words, header - at) : 0;
    }
    page_bits_free(&bits);
    return bytes;
}

uint64_t mmapped_block(const struct target *target, uint64_t at, uint64_t end, bool is_thorough) {
    unsigned char page[largest_page];
    if (!target_read(target, at, page, (size_t)page_bytes())) {
        return 0;
    }
    uint64_t bytes = claim_of_page(page);
    uint64_t moved = bytes > 0 && is_thorough ? claim_behind(target, at, end) : 0;
    bytes = moved > 0 ? moved : bytes;
    return bytes <= end - at ? bytes : 0;
}

struct inspect_verdict mmapped_follow(const struct target *target, uint64_t start, uint64_t end,
                                      struct mmapped *mmapped) {
    uint64_t at = start;
    uint64_t bytes;
    while (at < end && (bytes = mmapped_block(target, at, end, mmapped->is_thorough)) > 0) {
        if (!mmapped_add(mmapped, at, at + bytes)) {
            return inspect_failure("memory", ENOMEM);
        }
        at += bytes;
    }
    uint64_t rss_bytes;
    struct inspect_verdict verdict = page_map_count(&target->pages, start, at, &rss_bytes);
    mmapped->rss_bytes += rss_bytes;
    return verdict;
}
