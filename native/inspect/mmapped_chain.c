/* SPDX-License-Identifier: MIT */
#include "mmapped_chain.h"

#include "list_room.h"

#include <errno.h>
#include <string.h>

enum { flag_bits = 7, is_mmapped = 2, huge_pages = 1, header_bytes = 16, first_capacity = 64, largest_page = 65536 };

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

uint64_t mmapped_claim_of_page(const void *page) {
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

bool mmapped_is_candidate(const struct mapping *mapping) {
    return mapping->writable && mapping->kind == mapping_anonymous;
}

static bool add(struct mmapped *mmapped, uint64_t start, uint64_t end) {
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

struct inspect_verdict mmapped_follow(const struct target *target, uint64_t at, uint64_t end, struct mmapped *mmapped,
                                      uint64_t *behind) {
    unsigned char page[largest_page];
    uint64_t start = at;
    while (at < end && target_read(target, at, page, (size_t)page_bytes())) {
        uint64_t bytes = mmapped_claim_of_page(page);
        if (bytes == 0 || bytes > end - at) {
            break;
        }
        if (!add(mmapped, at, at + bytes)) {
            return inspect_failure("memory", ENOMEM);
        }
        at += bytes;
    }
    uint64_t rss_bytes;
    struct inspect_verdict verdict = page_map_count(&target->pages, start, at, &rss_bytes);
    mmapped->rss_bytes += rss_bytes;
    *behind = at;
    return verdict;
}
