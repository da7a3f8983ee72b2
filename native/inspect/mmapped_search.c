/* SPDX-License-Identifier: MIT */
#include "mmapped_search.h"

#include "mmapped_chain.h"
#include "page_starts.h"

enum { most_pages = 65536 };

struct search {
    const struct target *target;
    const struct glibc_heaps *heaps;
    const struct walk_result *walked;
    struct mmapped *mmapped;
    size_t known; /* items of its list that are in order of address; what is added comes behind them */
    struct page_starts starts;
};

static bool is_missing(const struct search *search) {
    return search->mmapped->chunks < search->heaps->layout.params.mmapped_chunks;
}

/* Within a heap there are no blocks of their own, but where it has memory of others. */
static bool is_heap(const struct search *search, uint64_t page) {
    return glibc_heaps_at(search->heaps, page) != NULL && !foreign_gaps_has(&search->walked->gaps, page);
}

/*
 * A block that memalign has put on a multiple of more than a page: its header ends a page, and the mapping begins at
 * *at, not below `start`, by a header that may be older.
 */
static uint64_t claim_of_last(const struct page_start *page, uint64_t start, uint64_t *at) {
    uint64_t header = page->address + page_bytes() - sizeof page->last;
    uint64_t distance = page->last[0] & ~UINT64_C(1);
    uint64_t bytes = distance <= header - start ? mmapped_claim(page->last, distance) : 0;
    *at = bytes > 0 ? header - distance : *at;
    return *at % page_bytes() == 0 ? bytes : 0;
}

static struct inspect_verdict look_through(struct search *search, uint64_t start, uint64_t end) {
    struct inspect_verdict verdict = inspect_good();
    const struct page_start *page;
    if (!page_starts_range(&search->starts, start, end)) {
        return verdict;
    }
    while (verdict.status == inspect_ok && is_missing(search) && (page = page_starts_next(&search->starts)) != NULL) {
        uint64_t at = page->address;
        uint64_t behind = at;
        if (mmapped_claim(page->words, 0) > 0 && !is_heap(search, at)) {
            verdict = mmapped_follow(search->target, at, end, 0, search->mmapped, &behind);
        }
        uint64_t bytes = behind == at ? claim_of_last(page, start, &at) : 0;
        if (verdict.status == inspect_ok && bytes > 0 && bytes <= end - at && !is_heap(search, at)) {
            verdict = mmapped_follow(search->target, at, end, bytes, search->mmapped, &behind);
        }
        page_starts_skip(&search->starts, behind);
        start = behind > page->address ? behind : start;
    }
    return verdict;
}

/* The end of what the mapping begins with and is known: a heap of an arena, or a chain of blocks. */
static uint64_t behind_known(const struct search *search, const struct mapping *mapping) {
    const struct heap *heap = glibc_heaps_at(search->heaps, mapping->start);
    if (heap != NULL) {
        return heap->stretch.kind == stretch_arena ? heap->limit : mapping->start;
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
                                      const struct walk_result *walked, struct mmapped *mmapped) {
    struct search search = {
        .target = target, .heaps = heaps, .walked = walked, .mmapped = mmapped, .known = mmapped->count};
    struct inspect_verdict verdict = inspect_good();
    page_starts_open(&search.starts, target, most_pages);
    for (unsigned pass = 0; pass < 2; pass++) {
        for (size_t index = 0; index < target->maps.count && verdict.status == inspect_ok && is_missing(&search);
             index++) {
            const struct mapping *mapping = &target->maps.list[index];
            uint64_t start = mmapped_is_candidate(mapping) ? behind_known(&search, mapping) : mapping->end;
            if (start < mapping->end && (start > mapping->start) == (pass == 0)) {
                verdict = look_through(&search, start, mapping->end);
            }
        }
    }
    page_starts_close(&search.starts);
    return verdict;
}
