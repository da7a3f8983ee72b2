/* SPDX-License-Identifier: MIT */
#include "arena_heaps.h"

#include "list_room.h"
#include "round_up.h"

#include <errno.h>
#include <stdlib.h>

enum {
    /* sizeof(struct heap_info) is 32 to 2.34 and 48 since; others are taken as well. */
    smallest_info = 32,
    largest_info = 128,
    first_capacity = 256,
};

bool arena_heap_is_first(const struct arena_heap *heap) {
    uint64_t distance = heap->info.ar_ptr - heap->base;
    return heap->info.prev == 0 && distance >= smallest_info && distance <= largest_info && distance % 8 == 0;
}

static bool is_plausible(const struct target *target, const struct arena_heap *heap, uint64_t heap_bytes) {
    const struct heap_info *info = &heap->info;
    uint64_t mask = page_bytes() - 1;
    if (info->ar_ptr == 0 || info->ar_ptr % 8 != 0 || info->prev % heap_bytes != 0 || info->prev == heap->base) {
        return false;
    }
    if (info->size == 0 || (info->size & mask) != 0 || (info->mprotect_size & mask) != 0 ||
        info->size > info->mprotect_size || info->mprotect_size > heap_bytes) {
        return false;
    }
    /* maps may be older than the header: the heap may have grown. */
    return proc_maps_is_writable(&target->maps, heap->base) && (info->prev != 0 || arena_heap_is_first(heap));
}

/* What is found while it is looked for. */
struct search {
    const struct target *target;
    uint64_t heap_bytes;
    size_t limit;
    struct arena_heap *list;
    size_t count;
    size_t capacity;
    struct arena_heap batch[remote_batch]; /* whose headers are to be read */
    size_t batch_count;
};

static struct inspect_verdict keep(struct search *search, const struct arena_heap *heap) {
    if (search->count == search->limit) {
        return inspect_refusal(inspect_too_large, "heaps of arenas");
    }
    struct arena_heap *list =
        list_with_room(search->list, search->count, &search->capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    search->list = list;
    search->list[search->count++] = *heap;
    return inspect_good();
}

/* Reads the headers of the batch by one call and keeps what may be heaps. */
static struct inspect_verdict read_batch(struct search *search) {
    struct remote_piece pieces[remote_batch];
    for (size_t index = 0; index < search->batch_count; index++) {
        struct arena_heap *heap = &search->batch[index];
        pieces[index] = (struct remote_piece){heap->base, sizeof heap->info, &heap->info, false};
    }
    struct inspect_verdict verdict = remote_read_pieces(&search->target->memory, pieces, search->batch_count);
    for (size_t index = 0; index < search->batch_count && verdict.status == inspect_ok; index++) {
        if (pieces[index].is_read && is_plausible(search->target, &search->batch[index], search->heap_bytes)) {
            verdict = keep(search, &search->batch[index]);
        }
    }
    search->batch_count = 0;
    return verdict;
}

/*
 * Multiples of heap_bytes whose page is present. The kernel passes over what is not mapped in; a kernel that cannot is
 * asked for one page at a time.
 */
static struct inspect_verdict search_mapping(struct search *search, const struct mapping *mapping) {
    const struct page_map *pages = &search->target->pages;
    struct inspect_verdict verdict = inspect_good();
    uint64_t base = round_up(mapping->start, search->heap_bytes);
    while (base < mapping->end && verdict.status == inspect_ok) {
        uint64_t page;
        verdict = page_map_next(pages, base, pages->has_scan ? mapping->end : base + page_bytes(), &page);
        if (verdict.status != inspect_ok) {
            break;
        }
        if (page == base) {
            search->batch[search->batch_count++] = (struct arena_heap){.base = base};
            verdict = search->batch_count == remote_batch ? read_batch(search) : verdict;
            page++;
        }
        base = round_up(page, search->heap_bytes);
    }
    return verdict;
}

static struct arena_heap *find(struct arena_heap *list, size_t count, uint64_t base) {
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list[middle].base < base) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && list[low].base == base ? &list[low] : NULL;
}

/*
 * A further heap belongs to the arena in the first heap of its chain. All heaps on the way share the result, so that
 * each chain is followed once, however many end in it.
 */
static void prove(struct arena_heap *list, size_t count, struct arena_heap *heap) {
    struct arena_heap *at = heap;
    enum heap_proof proof = proof_none;
    while (at->proof == proof_unknown) {
        at->proof = proof_under_way;
        if (at->info.prev == 0) {
            proof = arena_heap_is_first(at) ? proof_good : proof_none;
            break;
        }
        struct arena_heap *before = find(list, count, at->info.prev);
        if (before == NULL || before->info.ar_ptr != at->info.ar_ptr) {
            break;
        }
        at = before;
        proof = at->proof == proof_good ? proof_good : proof_none;
    }
    for (at = heap; at != NULL && at->proof == proof_under_way; at = find(list, count, at->info.prev)) {
        at->proof = proof;
    }
}

static struct inspect_verdict search_all(struct search *search) {
    const struct proc_maps *maps = &search->target->maps;
    struct inspect_verdict verdict = inspect_good();
    for (size_t index = 0; index < maps->count && verdict.status == inspect_ok; index++) {
        const struct mapping *mapping = &maps->list[index];
        if (mapping_is_anonymous(mapping)) {
            verdict = search_mapping(search, mapping);
        }
    }
    return verdict.status == inspect_ok ? read_batch(search) : verdict;
}

struct inspect_verdict arena_heaps_find(const struct target *target, uint64_t heap_bytes, size_t limit,
                                        struct arena_heap **list, size_t *count) {
    struct search search = {.target = target, .heap_bytes = heap_bytes, .limit = limit};
    struct inspect_verdict verdict = search_all(&search);
    *list = NULL;
    *count = 0;
    if (verdict.status != inspect_ok) {
        free(search.list);
        return verdict;
    }
    for (size_t index = 0; index < search.count; index++) {
        prove(search.list, search.count, &search.list[index]);
    }
    for (size_t index = 0; index < search.count; index++) {
        if (search.list[index].proof == proof_good) {
            search.list[(*count)++] = search.list[index];
        }
    }
    *list = search.list;
    return verdict;
}
