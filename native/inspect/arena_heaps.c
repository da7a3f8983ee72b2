/* SPDX-License-Identifier: MIT */
#include "arena_heaps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* sizeof(struct heap_info) is 32 to 2.34 and 48 since; others are taken as well. */
    smallest_info = 32,
    largest_info = 128,
};

static uint64_t round_up(uint64_t value, uint64_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

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
    bool has_memory = proc_maps_writable_end(&target->maps, heap->base) >= heap->base + page_bytes();
    return has_memory && (info->prev != 0 || arena_heap_is_first(heap));
}

static size_t candidate_count(const struct target *target, uint64_t heap_bytes) {
    size_t count = 0;
    for (size_t index = 0; index < target->maps.count; index++) {
        const struct mapping *mapping = &target->maps.list[index];
        if (mapping->writable && mapping->kind == mapping_anonymous) {
            uint64_t first = round_up(mapping->start, heap_bytes);
            count += first < mapping->end ? (size_t)((mapping->end - first - 1) / heap_bytes + 1) : 0;
        }
    }
    return count;
}

/* All multiples of heap_bytes whose page is present. */
static size_t list_candidates(const struct target *target, uint64_t heap_bytes, struct arena_heap *list) {
    struct page_bits bits = {0};
    size_t count = 0;
    for (size_t index = 0; index < target->maps.count; index++) {
        const struct mapping *mapping = &target->maps.list[index];
        if (!mapping->writable || mapping->kind != mapping_anonymous) {
            continue;
        }
        for (uint64_t base = round_up(mapping->start, heap_bytes); base < mapping->end; base += heap_bytes) {
            if (page_map_load(&target->pages, base, base + page_bytes(), &bits).status == inspect_ok &&
                page_bits_has(&bits, base)) {
                memset(&list[count], 0, sizeof *list);
                list[count++].base = base;
            }
        }
    }
    page_bits_free(&bits);
    return count;
}

static struct inspect_verdict read_infos(const struct target *target, struct arena_heap *list, size_t *count,
                                         uint64_t heap_bytes) {
    struct remote_piece pieces[remote_batch];
    size_t kept = 0;
    for (size_t from = 0; from < *count; from += remote_batch) {
        size_t batch = *count - from < remote_batch ? *count - from : (size_t)remote_batch;
        for (size_t index = 0; index < batch; index++) {
            struct arena_heap *heap = &list[from + index];
            pieces[index] = (struct remote_piece){heap->base, sizeof heap->info, &heap->info, false};
        }
        struct inspect_verdict verdict = remote_read_pieces(target->pid, pieces, batch);
        if (verdict.status != inspect_ok) {
            return verdict;
        }
        for (size_t index = 0; index < batch; index++) {
            if (pieces[index].is_read && is_plausible(target, &list[from + index], heap_bytes)) {
                list[kept++] = list[from + index];
            }
        }
    }
    *count = kept;
    return inspect_good();
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

/* A further heap belongs to the arena in the first heap of its chain. */
static bool leads_to_first(struct arena_heap *list, size_t count, const struct arena_heap *heap) {
    const struct arena_heap *at = heap;
    for (size_t steps = 0; steps <= count; steps++) {
        if (at->info.prev == 0) {
            return arena_heap_is_first(at) && at->info.ar_ptr == heap->info.ar_ptr;
        }
        at = find(list, count, at->info.prev);
        if (at == NULL || at->info.ar_ptr != heap->info.ar_ptr) {
            return false;
        }
        if (at->is_proven) {
            return true;
        }
    }
    return false;
}

struct inspect_verdict arena_heaps_find(const struct target *target, uint64_t heap_bytes, struct arena_heap **list,
                                        size_t *count) {
    size_t candidates = candidate_count(target, heap_bytes);
    *count = 0;
    *list = calloc(candidates + 1, sizeof **list);
    if (*list == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    size_t found = list_candidates(target, heap_bytes, *list);
    struct inspect_verdict verdict = read_infos(target, *list, &found, heap_bytes);
    if (verdict.status != inspect_ok) {
        free(*list);
        *list = NULL;
        return verdict;
    }
    for (size_t index = 0; index < found; index++) {
        (*list)[index].is_proven = leads_to_first(*list, found, &(*list)[index]);
    }
    for (size_t index = 0; index < found; index++) {
        if ((*list)[index].is_proven) {
            (*list)[(*count)++] = (*list)[index];
        }
    }
    return verdict;
}
