/* SPDX-License-Identifier: MIT */
#include "glibc_heap.h"

#include "arena_heaps.h"
#include "core_file.h"
#include "main_arena.h"
#include "main_pieces.h"
#include "round_up.h"

#include <stdlib.h>
#include <string.h>

/* HEAP_MAX_SIZE of 64-bit systems, then four times the huge pages of 2 MiB, 1 GiB, 32 MiB, 64 KiB (malloc/arena.c). */
static const uint64_t heap_sizes[] = {UINT64_C(64) << 20, UINT64_C(8) << 20, UINT64_C(4) << 30, UINT64_C(128) << 20,
                                      UINT64_C(256) << 10};
static const uint64_t least_heap_bytes = UINT64_C(256) << 10;

/* Arenas from the index on are in order of address. */
static struct arena *find_arena(struct glibc_heaps *heaps, size_t from, uint64_t address) {
    size_t low = from;
    size_t high = heaps->arena_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (heaps->arenas[middle].state.address < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < heaps->arena_count && heaps->arenas[low].state.address == address ? &heaps->arenas[low] : NULL;
}

/* _int_new_arena puts the first chunk behind malloc_state, aligned; further heaps have it behind heap_info. */
static uint64_t first_chunk(const struct glibc_layout *layout, const struct arena_heap *heap, uint64_t info_bytes) {
    if (!arena_heap_is_first(heap)) {
        return heap->base + info_bytes;
    }
    uint64_t after = heap->info.ar_ptr + (layout->is_known ? layout->state_bytes : 0);
    return round_up(after, chunk_align);
}

static struct inspect_verdict add_arena_heap(struct glibc_heaps *heaps, struct arena *arena,
                                             const struct arena_heap *found, uint64_t info_bytes) {
    arena->heaps++;
    struct heap heap = {
        .stretch = {.kind = stretch_arena,
                    .start = first_chunk(&heaps->layout, found, info_bytes),
                    .end = found->base + found->info.size,
                    .arena = (uint32_t)(arena - heaps->arenas)},
        .base = found->base,
        .limit = found->base + heaps->heap_bytes,
    };
    return glibc_heaps_add(heaps, &heap);
}

/* Each arena by its first heap, then all heaps by their arenas. */
static struct inspect_verdict add_arena_heaps(const struct target *target, struct glibc_heaps *heaps,
                                              const struct arena_heap *list, size_t count) {
    struct inspect_verdict verdict = inspect_good();
    size_t from = heaps->arena_count;
    uint64_t info_bytes = 0;
    for (size_t index = 0; index < count && verdict.status == inspect_ok; index++) {
        if (!arena_heap_is_first(&list[index])) {
            continue;
        }
        uint64_t address = list[index].info.ar_ptr;
        info_bytes = info_bytes == 0 ? address - list[index].base : info_bytes;
        verdict = glibc_heaps_add_arena(heaps, address, false);
        if (verdict.status == inspect_ok && heaps->layout.is_known) {
            (void)glibc_arena_read(target, &heaps->layout, address, &heaps->arenas[heaps->arena_count - 1].state);
        }
    }
    for (size_t index = 0; index < count && verdict.status == inspect_ok; index++) {
        struct arena *arena = find_arena(heaps, from, list[index].info.ar_ptr);
        if (arena != NULL) {
            verdict = add_arena_heap(heaps, arena, &list[index], info_bytes);
        }
    }
    return verdict;
}

static struct inspect_verdict take_arena_heaps_of(const struct target *target, struct glibc_heaps *heaps,
                                                  size_t *count) {
    struct arena_heap *list = NULL;
    struct inspect_verdict verdict = arena_heaps_find(target, heaps->heap_bytes, heap_limit, &list, count);
    if (verdict.status == inspect_ok) {
        verdict = add_arena_heaps(target, heaps, list, *count);
    }
    free(list);
    return verdict;
}

/* Every arena's first heap is on a multiple of it. */
static bool fits_ring(const struct glibc_layout *layout, uint64_t heap_bytes) {
    return (layout->arena_pages & (heap_bytes - 1)) == 0;
}

/*
 * As malloc itself says. Where its parameters were not found: of the sizes that fit the ring the first that finds a
 * heap; where there is no ring to go by, or it fits none, all are tried, and where the main arena is alone in it, one.
 */
static struct inspect_verdict take_arena_heaps(const struct target *target, struct glibc_heaps *heaps) {
    const struct glibc_layout *layout = &heaps->layout;
    struct inspect_verdict verdict = inspect_good();
    size_t count = 0;
    heaps->heap_bytes = layout->params.heap_bytes;
    if (heaps->heap_bytes != 0) {
        verdict = take_arena_heaps_of(target, heaps, &count);
    }
    bool is_alone = layout->is_unused || (layout->is_known && layout->arena_pages == 0);
    size_t sizes = is_alone ? heaps->heap_bytes == 0 : sizeof heap_sizes / sizeof *heap_sizes;
    bool has_ring = layout->is_known && fits_ring(layout, least_heap_bytes);
    for (size_t size = 0; size < sizes && count == 0 && verdict.status == inspect_ok; size++) {
        heaps->heap_bytes = heap_sizes[size];
        if (!has_ring || fits_ring(layout, heaps->heap_bytes)) {
            verdict = take_arena_heaps_of(target, heaps, &count);
        }
    }
    heaps->heap_bytes = count == 0 ? heap_sizes[0] : heaps->heap_bytes;
    return verdict;
}

/*
 * Of a core file that was cut the data of libc may be missing, which lies above most arenas: those tell their layout
 * themselves.
 */
static bool learn_from_arenas(const struct target *target, struct glibc_layout *layout) {
    struct arena_heap *list = NULL;
    size_t count = 0;
    bool is_found = false;
    if (target->memory.core == NULL || !target->memory.core->is_cut || !target->maps.has_libc) {
        return false;
    }
    if (arena_heaps_find(target, heap_sizes[0], heap_limit, &list, &count).status != inspect_ok) {
        count = 0;
    }
    for (size_t index = 0; index < count && !is_found && !deadline_is_over(target->deadline); index++) {
        is_found = arena_heap_is_first(&list[index]) && glibc_layout_of_arena(target, list[index].info.ar_ptr, layout);
    }
    free(list);
    return is_found;
}

static struct inspect_verdict find_all(const struct target *target, struct glibc_heaps *heaps) {
    bool has_main = glibc_layout_find(target, &heaps->layout);
    struct inspect_verdict verdict = deadline_verdict(target->deadline, "finding malloc's main arena");
    if (verdict.status == inspect_ok && !has_main && !heaps->layout.is_unused &&
        !learn_from_arenas(target, &heaps->layout)) {
        verdict = target->maps.has_libc ? inspect_refusal(inspect_no_main_arena, "its main arena")
                                        : inspect_refusal(inspect_not_glibc, "");
    }
    if (verdict.status == inspect_ok && has_main) {
        verdict = main_arena_take(target, heaps);
    }
    if (verdict.status == inspect_ok) {
        verdict = take_arena_heaps(target, heaps);
    }
    glibc_heaps_sort(heaps);
    if (verdict.status == inspect_ok && has_main && heaps->arenas[0].state.is_noncontiguous) {
        verdict = main_pieces_take(target, heaps);
    }
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(target->deadline, "finding malloc's heaps");
    }
    if (verdict.status == inspect_ok && heaps->heap_count == 0 && main_arena_bytes(heaps) > 0) {
        verdict = inspect_refusal(inspect_no_main_arena, "the memory of its main arena");
    }
    return verdict;
}

struct inspect_verdict glibc_heaps_find(const struct target *target, struct glibc_heaps *heaps) {
    memset(heaps, 0, sizeof *heaps);
    struct inspect_verdict verdict = find_all(target, heaps);
    if (verdict.status != inspect_ok) {
        glibc_heaps_free(heaps);
    }
    return verdict;
}
