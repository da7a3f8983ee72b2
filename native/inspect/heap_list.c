/* SPDX-License-Identifier: MIT */
#include "heap_list.h"

#include "list_room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { first_capacity = 64 };

struct inspect_verdict glibc_heaps_add_arena(struct glibc_heaps *heaps, uint64_t address, bool is_main) {
    struct arena *arenas =
        list_with_room(heaps->arenas, heaps->arena_count, &heaps->arena_capacity, first_capacity, sizeof *arenas);
    if (arenas == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    heaps->arenas = arenas;
    struct arena *arena = &heaps->arenas[heaps->arena_count++];
    memset(arena, 0, sizeof *arena);
    arena->state.address = address;
    arena->is_main = is_main;
    return inspect_good();
}

struct inspect_verdict glibc_heaps_add(struct glibc_heaps *heaps, const struct heap *heap) {
    if (heaps->heap_count == heap_limit) {
        return inspect_refusal(inspect_too_large, "heaps");
    }
    struct heap *list =
        list_with_room(heaps->heaps, heaps->heap_count, &heaps->heap_capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    heaps->heaps = list;
    heaps->heaps[heaps->heap_count++] = *heap;
    return inspect_good();
}

static int compare_heaps(const void *left, const void *right) {
    const struct heap *a = left;
    const struct heap *b = right;
    return (a->base > b->base) - (a->base < b->base);
}

void glibc_heaps_sort(struct glibc_heaps *heaps) {
    if (heaps->heap_count > 1) {
        qsort(heaps->heaps, heaps->heap_count, sizeof *heaps->heaps, compare_heaps);
    }
}

void glibc_heaps_free(struct glibc_heaps *heaps) {
    free(heaps->arenas);
    free(heaps->heaps);
    address_set_free(&heaps->fastbins);
    memset(heaps, 0, sizeof *heaps);
}

const struct heap *glibc_heaps_at(const struct glibc_heaps *heaps, uint64_t address) {
    size_t low = 0;
    size_t high = heaps->heap_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (heaps->heaps[middle].limit <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < heaps->heap_count && heaps->heaps[low].base <= address ? &heaps->heaps[low] : NULL;
}
