/* SPDX-License-Identifier: MIT */
#include "mmapped_chain.h"

#include "list_room.h"

#include <errno.h>

enum { flag_bits = 7, is_mmapped = 2, huge_pages = 1, header_bytes = 16, first_capacity = 64 };

uint64_t mmapped_claim(const struct mmapped_header *header, uint64_t left) {
    uint64_t size = header->word & ~(uint64_t)flag_bits;
    bool is_whole = size % page_bytes() == 0;
    bool is_less = (size + header_bytes) % page_bytes() == 0;
    bool is_chunk = (header->word & flag_bits) == is_mmapped && (is_whole || is_less) &&
                    (header->prev_size == 0 || (is_less && header->prev_size == huge_pages));
    uint64_t bytes = is_less ? size + header_bytes : size;
    return is_chunk && size > 0 && bytes <= left ? bytes : 0;
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

struct inspect_verdict mmapped_follow(const struct target *target, uint64_t at, uint64_t end, uint64_t most_bytes,
                                      const struct mmapped_header *first, struct mmapped *mmapped, uint64_t *behind) {
    struct mmapped_header header = *first;
    uint64_t start = at;
    while (at < end) {
        uint64_t bytes = mmapped_claim(&header, end - at);
        if (bytes == 0 || bytes > most_bytes - (at - start)) {
            break;
        }
        if (!add(mmapped, at, at + bytes)) {
            return inspect_failure("memory", ENOMEM);
        }
        at += bytes;
        if (at >= end || !target_read(target, at, &header, sizeof header)) {
            break;
        }
    }
    uint64_t rss_bytes;
    struct inspect_verdict verdict = page_map_count(&target->pages, start, at, &rss_bytes);
    mmapped->rss_bytes += rss_bytes;
    *behind = at;
    return verdict;
}
