/* SPDX-License-Identifier: MIT */
#include "glibc_heap.h"

#include "arena_heaps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* HEAP_MAX_SIZE of 64-bit systems, then four times the huge pages of 2 MiB, 1 GiB, 32 MiB, 64 KiB (malloc/arena.c). */
static const uint64_t heap_sizes[] = {UINT64_C(64) << 20, UINT64_C(8) << 20, UINT64_C(4) << 30, UINT64_C(128) << 20,
                                      UINT64_C(256) << 10};

static struct arena *add_arena(struct glibc_heaps *heaps, uint64_t address, bool is_main) {
    struct arena *arenas = realloc(heaps->arenas, (heaps->arena_count + 1) * sizeof *arenas);
    if (arenas == NULL) {
        return NULL;
    }
    heaps->arenas = arenas;
    struct arena *arena = &arenas[heaps->arena_count++];
    memset(arena, 0, sizeof *arena);
    arena->state.address = address;
    arena->is_main = is_main;
    return arena;
}

static struct heap *add_heap(struct glibc_heaps *heaps, const struct heap *heap) {
    struct heap *list = realloc(heaps->heaps, (heaps->heap_count + 1) * sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    heaps->heaps = list;
    list[heaps->heap_count] = *heap;
    return &list[heaps->heap_count++];
}

static struct arena *find_arena(struct glibc_heaps *heaps, uint64_t address) {
    for (size_t index = 0; index < heaps->arena_count; index++) {
        if (heaps->arenas[index].state.address == address) {
            return &heaps->arenas[index];
        }
    }
    return NULL;
}

/* _int_new_arena puts the first chunk behind malloc_state, aligned; further heaps have it behind heap_info. */
static uint64_t first_chunk(const struct glibc_layout *layout, const struct arena_heap *heap, uint64_t info_bytes) {
    if (!arena_heap_is_first(heap)) {
        return heap->base + info_bytes;
    }
    uint64_t after = heap->info.ar_ptr + (layout->is_known ? layout->state_bytes : 0);
    return (after + chunk_align - 1) / chunk_align * chunk_align;
}

static bool take_arena_heap(const struct target *target, struct glibc_heaps *heaps, const struct arena_heap *found,
                            uint64_t info_bytes) {
    struct arena *arena = find_arena(heaps, found->info.ar_ptr);
    if (arena == NULL) {
        arena = add_arena(heaps, found->info.ar_ptr, false);
        if (arena == NULL) {
            return false;
        }
        if (heaps->layout.is_known) {
            (void)glibc_arena_read(target, &heaps->layout, found->info.ar_ptr, &arena->state);
        }
    }
    arena->heaps++;
    struct heap heap = {
        .stretch = {.kind = stretch_arena,
                    .start = first_chunk(&heaps->layout, found, info_bytes),
                    .end = found->base + found->info.size,
                    .arena = (uint32_t)(arena - heaps->arenas)},
        .base = found->base,
        .limit = found->base + heaps->heap_bytes,
    };
    return add_heap(heaps, &heap) != NULL;
}

static struct inspect_verdict take_arena_heaps(const struct target *target, struct glibc_heaps *heaps) {
    struct inspect_verdict verdict = inspect_good();
    for (size_t size = 0; size < sizeof heap_sizes / sizeof *heap_sizes; size++) {
        struct arena_heap *list = NULL;
        size_t count = 0;
        uint64_t info_bytes = 0;
        heaps->heap_bytes = heap_sizes[size];
        verdict = arena_heaps_find(target, heaps->heap_bytes, &list, &count);
        for (size_t index = 0; index < count && info_bytes == 0; index++) {
            info_bytes = arena_heap_is_first(&list[index]) ? list[index].info.ar_ptr - list[index].base : 0;
        }
        for (size_t index = 0; index < count && verdict.status == inspect_ok; index++) {
            if (!take_arena_heap(target, heaps, &list[index], info_bytes)) {
                verdict = inspect_failure("memory", ENOMEM);
            }
        }
        free(list);
        if (verdict.status != inspect_ok || count > 0) {
            return verdict;
        }
    }
    heaps->heap_bytes = heap_sizes[0];
    return verdict;
}

static bool add_main_heap(struct glibc_heaps *heaps, enum stretch_kind kind, uint64_t start, uint64_t end) {
    uint64_t top = heaps->arenas[0].state.top;
    struct heap heap = {
        .stretch = {.kind = kind, .start = start, .end = end, .top = top >= start && top < end ? top : 0, .arena = 0},
        .base = start,
        .limit = end,
    };
    return add_heap(heaps, &heap) != NULL;
}

/* Neighbouring mappings named [heap] are one piece. */
static bool take_brk(const struct target *target, struct glibc_heaps *heaps) {
    const struct proc_maps *maps = &target->maps;
    for (size_t index = 0; index < maps->count; index++) {
        if (maps->list[index].kind != mapping_brk || !maps->list[index].writable) {
            continue;
        }
        uint64_t start = maps->list[index].start;
        while (index + 1 < maps->count && maps->list[index + 1].kind == mapping_brk &&
               maps->list[index + 1].start == maps->list[index].end && maps->list[index + 1].writable) {
            index++;
        }
        if (!add_main_heap(heaps, stretch_brk, start, maps->list[index].end)) {
            return false;
        }
    }
    return true;
}

static int compare_heaps(const void *left, const void *right) {
    const struct heap *a = left;
    const struct heap *b = right;
    return (a->base > b->base) - (a->base < b->base);
}

static void sort_heaps(struct glibc_heaps *heaps) {
    if (heaps->heap_count > 1) {
        qsort(heaps->heaps, heaps->heap_count, sizeof *heaps->heaps, compare_heaps);
    }
}

/* sysmalloc, MORECORE_FAILURE: the piece begins with a chunk of the main arena, at the start of a mapping. */
static bool begins_with_chunk(const struct target *target, const struct mapping *mapping) {
    uint64_t words[2];
    if (!target_read(target, mapping->start, words, sizeof words)) {
        return false;
    }
    uint64_t size = words[1] & ~UINT64_C(7);
    return words[0] == 0 && (words[1] & 7) == 1 && size % chunk_align == 0 && size >= chunk_min &&
           size <= mapping->end - mapping->start;
}

static bool take_mapped(const struct target *target, struct glibc_heaps *heaps) {
    for (size_t index = 0; index < target->maps.count; index++) {
        const struct mapping *mapping = &target->maps.list[index];
        bool is_free =
            mapping->writable && mapping->kind == mapping_anonymous && glibc_heaps_at(heaps, mapping->start) == NULL;
        if (is_free && begins_with_chunk(target, mapping)) {
            if (!add_main_heap(heaps, stretch_mapped, mapping->start, mapping->end)) {
                return false;
            }
            sort_heaps(heaps);
        }
    }
    return true;
}

static bool take_main(const struct target *target, struct glibc_heaps *heaps) {
    struct arena *arena = add_arena(heaps, heaps->layout.main_arena, true);
    if (arena == NULL || !glibc_arena_read(target, &heaps->layout, heaps->layout.main_arena, &arena->state)) {
        return arena != NULL;
    }
    arena->heaps = 1;
    /* Before its first allocation the top is the empty bin, in libc's own data. */
    uint64_t top = arena->state.top;
    return (top >= arena->state.address && top < arena->state.address + heaps->layout.state_bytes) ||
           take_brk(target, heaps);
}

struct inspect_verdict glibc_heaps_find(const struct target *target, struct glibc_heaps *heaps) {
    memset(heaps, 0, sizeof *heaps);
    bool has_main = glibc_layout_find(target, &heaps->layout);
    if (!has_main && !target->maps.has_libc) {
        struct inspect_verdict verdict = {inspect_not_glibc, "", 0};
        return verdict;
    }
    bool is_good = !has_main || take_main(target, heaps);
    struct inspect_verdict verdict = is_good ? take_arena_heaps(target, heaps) : inspect_failure("memory", ENOMEM);
    sort_heaps(heaps);
    if (verdict.status == inspect_ok && has_main && heaps->arenas[0].state.is_noncontiguous) {
        verdict = take_mapped(target, heaps) ? verdict : inspect_failure("memory", ENOMEM);
    }
    if (verdict.status != inspect_ok) {
        glibc_heaps_free(heaps);
    }
    return verdict;
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
