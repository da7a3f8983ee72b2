/* SPDX-License-Identifier: MIT */
#include "mmapped_search.h"

#include "list_room.h"
#include "mmapped_chain.h"
#include "mmapped_choice.h"
#include "page_starts.h"

#include <errno.h>
#include <stdlib.h>

enum { most_pages = 65536, most_candidates = 65536, first_capacity = 64 };
static const uint64_t small_mapping = UINT64_C(64) << 20;

struct search {
    const struct target *target;
    const struct glibc_heaps *heaps;
    const struct walk_result *walked;
    const struct mmapped *mmapped;
    struct page_starts starts;
    struct mmapped_candidate *list;
    size_t count;
    size_t capacity;
};

/* Within a heap there are no blocks of their own, but where it has memory of others. */
static bool is_heap(const struct search *search, uint64_t page) {
    return glibc_heaps_at(search->heaps, page) != NULL && !foreign_gaps_has(&search->walked->gaps, page);
}

static bool begins_heap(const struct search *search, uint64_t address) {
    const struct heap *heap = glibc_heaps_at(search->heaps, address);
    return heap != NULL && heap->base == address;
}

static bool keep(struct search *search, uint64_t start, uint64_t bytes, uint64_t mapping_end) {
    if (search->count == most_candidates) {
        return true;
    }
    struct mmapped_candidate *list =
        list_with_room(search->list, search->count, &search->capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return false;
    }
    uint64_t end = start + bytes;
    search->list = list;
    search->list[search->count++] =
        (struct mmapped_candidate){start, end, end == mapping_end || begins_heap(search, end), false};
    return true;
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

/* False: there is no memory. */
static bool look_through(struct search *search, uint64_t start, uint64_t end) {
    const struct page_start *page;
    if (!page_starts_range(&search->starts, start, end)) {
        return true;
    }
    while ((page = page_starts_next(&search->starts)) != NULL) {
        uint64_t at = page->address;
        uint64_t bytes = mmapped_claim(page->words, 0) > 0 ? mmapped_block(search->target, at, end, true) : 0;
        bytes = bytes > 0 ? bytes : claim_of_last(page, start, &at);
        if (bytes > 0 && bytes <= end - at && !is_heap(search, at) && !keep(search, at, bytes, end)) {
            return false;
        }
    }
    return true;
}

/* The end of what the mapping begins with and is known: a heap of an arena, or a chain of blocks. */
static uint64_t behind_known(const struct search *search, const struct mapping *mapping) {
    const struct heap *heap = glibc_heaps_at(search->heaps, mapping->start);
    if (heap != NULL) {
        return heap->stretch.kind == stretch_arena ? heap->limit : mapping->start;
    }
    size_t low = 0;
    size_t high = search->mmapped->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (search->mmapped->list[middle].end <= mapping->start) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool is_found = low < search->mmapped->count && search->mmapped->list[low].start <= mapping->start;
    return is_found ? search->mmapped->list[low].end : mapping->start;
}

/*
 * First what lies behind known memory: there the kernel has merged malloc's mappings with others; then small mappings:
 * the largest are seldom malloc's.
 */
static unsigned pass_of(const struct mapping *mapping, uint64_t start) {
    if (start > mapping->start) {
        return 0;
    }
    return mapping->end - mapping->start <= small_mapping ? 1 : 2;
}

static bool collect(struct search *search) {
    const struct proc_maps *maps = &search->target->maps;
    bool has_memory = true;
    for (unsigned pass = 0; pass < 3; pass++) {
        for (size_t index = 0; index < maps->count && has_memory; index++) {
            const struct mapping *mapping = &maps->list[index];
            uint64_t start = mapping_is_anonymous(mapping) ? behind_known(search, mapping) : mapping->end;
            if (start < mapping->end && pass_of(mapping, start) == pass) {
                has_memory = look_through(search, start, mapping->end);
            }
        }
    }
    return has_memory;
}

static int compare(const void *left, const void *right) {
    const struct mmapped_candidate *a = left;
    const struct mmapped_candidate *b = right;
    return (a->start > b->start) - (a->start < b->start);
}

/* In order of address, each start once; one that ends where another begins is closed. */
static void put_in_order(struct search *search) {
    size_t kept = 0;
    if (search->count > 1) {
        qsort(search->list, search->count, sizeof *search->list, compare);
    }
    for (size_t index = 0; index < search->count; index++) {
        if (kept == 0 || search->list[kept - 1].start != search->list[index].start) {
            search->list[kept++] = search->list[index];
        }
    }
    search->count = kept;
    for (size_t index = 0; index < kept; index++) {
        struct mmapped_candidate next = {.start = search->list[index].end};
        search->list[index].is_closed |= bsearch(&next, search->list, kept, sizeof next, compare) != NULL;
    }
}

static struct inspect_verdict add_taken(const struct search *search, struct mmapped *mmapped) {
    struct inspect_verdict verdict = inspect_good();
    for (size_t index = 0; index < search->count && verdict.status == inspect_ok; index++) {
        const struct mmapped_candidate *candidate = &search->list[index];
        uint64_t rss_bytes = 0;
        if (!candidate->is_taken) {
            continue;
        }
        verdict = mmapped_add(mmapped, candidate->start, candidate->end)
                      ? page_map_count(&search->target->pages, candidate->start, candidate->end, &rss_bytes)
                      : inspect_failure("memory", ENOMEM);
        mmapped->rss_bytes += rss_bytes;
    }
    return verdict;
}

struct inspect_verdict mmapped_search(const struct target *target, const struct glibc_heaps *heaps,
                                      const struct walk_result *walked, struct mmapped *mmapped) {
    const struct malloc_params *params = &heaps->layout.params;
    struct search search = {.target = target, .heaps = heaps, .walked = walked, .mmapped = mmapped};
    struct inspect_verdict verdict = inspect_failure("memory", ENOMEM);
    page_starts_open(&search.starts, target, most_pages);
    if (collect(&search)) {
        uint64_t bytes =
            params->mmapped_bytes > mmapped->size_bytes ? params->mmapped_bytes - mmapped->size_bytes : (uint64_t)0;
        put_in_order(&search);
        mmapped_choose(search.list, search.count,
                       (struct mmapped_missing){params->mmapped_chunks - mmapped->chunks, bytes, params->sum_drifts});
        verdict = add_taken(&search, mmapped);
    }
    page_starts_close(&search.starts);
    free(search.list);
    return verdict;
}
