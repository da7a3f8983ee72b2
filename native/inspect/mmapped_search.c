/* SPDX-License-Identifier: MIT */
#include "mmapped_chain.h"

enum { most_pages = 65536 };

struct search {
    const struct target *target;
    const struct glibc_heaps *heaps;
    struct mmapped *mmapped;
    size_t known; /* items of its list that are in order of address; what is added comes behind them */
    struct page_bits bits;
    uint64_t pages; /* that were looked at */
};

static uint64_t missing(const struct search *search) {
    const struct malloc_params *params = &search->heaps->layout.params;
    uint64_t found = search->mmapped->size_bytes;
    return found < params->mmapped_bytes ? params->mmapped_bytes - found : 0;
}

static bool is_over(const struct search *search) {
    return search->pages >= most_pages || missing(search) == 0 || deadline_is_over(search->target->deadline);
}

/* Up to remote_batch present pages from *at on, by one call; *at is behind them, or behind the block that was found. */
static struct inspect_verdict look_from(struct search *search, uint64_t *at, uint64_t end) {
    struct mmapped_header headers[remote_batch];
    struct remote_piece pieces[remote_batch];
    size_t count = 0;
    uint64_t page = page_bits_next(&search->bits, *at);
    for (; page < end && count < remote_batch; page = page_bits_next(&search->bits, page + page_bytes())) {
        if (glibc_heaps_at(search->heaps, page) == NULL) {
            pieces[count] = (struct remote_piece){page, sizeof headers[count], &headers[count], false};
            count++;
        }
    }
    search->pages += count;
    *at = page;
    struct inspect_verdict verdict = remote_read_pieces(search->target->pid, pieces, count);
    for (size_t index = 0; index < count && verdict.status == inspect_ok; index++) {
        uint64_t bytes =
            pieces[index].is_read ? mmapped_claim(&headers[index], end - pieces[index].address) : (uint64_t)0;
        if (bytes > 0 && bytes <= missing(search)) {
            return mmapped_follow(search->target, pieces[index].address, end, missing(search), &headers[index],
                                  search->mmapped, at);
        }
    }
    return verdict;
}

static struct inspect_verdict look_through(struct search *search, uint64_t start, uint64_t end) {
    struct inspect_verdict verdict = page_map_load(&search->target->pages, start, end, &search->bits);
    while (verdict.status == inspect_ok && start < end && !is_over(search)) {
        verdict = look_from(search, &start, end);
    }
    return verdict;
}

/* The end of what the mapping begins with and is known: a heap of an arena, or a chain of blocks. */
static uint64_t behind_known(const struct search *search, const struct mapping *mapping) {
    const struct heap *heap = glibc_heaps_at(search->heaps, mapping->start);
    if (heap != NULL) {
        return heap->limit;
    }
    size_t low = 0;
    size_t high = search->known;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (search->mmapped->list[middle].end <= mapping->start) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool is_found = low < search->known && search->mmapped->list[low].start <= mapping->start;
    return is_found ? search->mmapped->list[low].end : mapping->start;
}

/* What lies behind known memory first: there the kernel has merged malloc's mappings with others. */
struct inspect_verdict mmapped_search(const struct target *target, const struct glibc_heaps *heaps,
                                      struct mmapped *mmapped) {
    struct search search = {.target = target, .heaps = heaps, .mmapped = mmapped, .known = mmapped->count};
    struct inspect_verdict verdict = inspect_good();
    for (unsigned pass = 0; pass < 2; pass++) {
        for (size_t index = 0; index < target->maps.count && verdict.status == inspect_ok && !is_over(&search);
             index++) {
            const struct mapping *mapping = &target->maps.list[index];
            uint64_t start = mmapped_is_candidate(mapping) ? behind_known(&search, mapping) : mapping->end;
            if (start < mapping->end && (start > mapping->start) == (pass == 0)) {
                verdict = look_through(&search, start, mapping->end);
            }
        }
    }
    page_bits_free(&search.bits);
    return verdict;
}
