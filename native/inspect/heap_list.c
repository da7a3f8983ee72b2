/* SPDX-License-Identifier: MIT */
#include "heap_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct inspect_verdict glibc_heaps_add_arena(struct glibc_heaps *heaps, uint64_t address, bool is_main) {
    if (heaps->arena_count == heaps->arena_capacity) {
        size_t larger = heaps->arena_capacity == 0 ? 64 : heaps->arena_capacity * 2;
        struct arena *arenas = realloc(heaps->arenas, larger * sizeof *arenas);
        if (arenas == NULL) {
            return inspect_failure("memory", ENOMEM);
        }
        heaps->arenas = arenas;
        heaps->arena_capacity = larger;
    }
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
    if (heaps->heap_count == heaps->heap_capacity) {
        size_t larger = heaps->heap_capacity == 0 ? 64 : heaps->heap_capacity * 2;
        struct heap *list = realloc(heaps->heaps, larger * sizeof *list);
        if (list == NULL) {
            return inspect_failure("memory", ENOMEM);
        }
        heaps->heaps = list;
        heaps->heap_capacity = larger;
    }
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
