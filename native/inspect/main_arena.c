/* SPDX-License-Identifier: MIT */
#include "main_arena.h"

static const uint64_t most_bytes = UINT64_C(1) << 47; /* address space of a program */

static struct inspect_verdict add_main_heap(struct glibc_heaps *heaps, enum stretch_kind kind, uint64_t start,
                                            uint64_t end) {
    uint64_t top = heaps->arenas[0].state.top;
    struct heap heap = {
        .stretch = {.kind = kind,
                    .start = start,
                    .end = end,
                    .top = top >= start && top < end ? top : 0,
                    .cut_bytes = heaps->layout.params.thp_bytes,
                    .arena = 0},
        .base = start,
        .limit = end,
    };
    return glibc_heaps_add(heaps, &heap);
}

/* What lies before malloc's first address there was another's: a static libc's thread, a program's own sbrk. */
static uint64_t first_chunk(const struct glibc_heaps *heaps, uint64_t start, uint64_t end) {
    uint64_t base = heaps->layout.params.sbrk_base;
    uint64_t aligned = (base + chunk_align - 1) / chunk_align * chunk_align;
    return base > start && aligned < end ? aligned : start;
}

/* Neighbouring mappings named [heap] are one piece. */
static struct inspect_verdict take_brk(const struct target *target, struct glibc_heaps *heaps) {
    const struct proc_maps *maps = &target->maps;
    struct inspect_verdict verdict = inspect_good();
    for (size_t index = 0; index < maps->count && verdict.status == inspect_ok; index++) {
        if (maps->list[index].kind != mapping_brk || !maps->list[index].writable) {
            continue;
        }
        uint64_t start = maps->list[index].start;
        while (index + 1 < maps->count && maps->list[index + 1].kind == mapping_brk &&
               maps->list[index + 1].start == maps->list[index].end && maps->list[index + 1].writable) {
            index++;
        }
        verdict =
            add_main_heap(heaps, stretch_brk, first_chunk(heaps, start, maps->list[index].end), maps->list[index].end);
    }
    return verdict;
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

/*
 * The kernel merges a piece with what lies before it. Where it is the only one, as with glibc.malloc.hugetlb=2, it
 * begins as far before the end of the top as the arena got bytes from the system.
 */
static struct inspect_verdict take_piece_of_top(const struct target *target, struct glibc_heaps *heaps) {
    const struct arena_state *state = &heaps->arenas[0].state;
    const struct mapping *mapping = proc_maps_find(&target->maps, state->top);
    uint64_t header[2];
    if (mapping == NULL || !mapping->writable || glibc_heaps_at(heaps, state->top) != NULL ||
        !target_read(target, state->top, header, sizeof header)) {
        return inspect_good();
    }
    uint64_t end = state->top + (header[1] & ~UINT64_C(7));
    struct mapping piece = {end - state->system_mem, end, mapping->kind, true};
    bool is_inside = piece.start >= mapping->start && piece.start < state->top && end > state->top &&
                     end <= mapping->end && piece.start % page_bytes() == 0;
    return is_inside && begins_with_chunk(target, &piece) ? add_main_heap(heaps, stretch_mapped, piece.start, end)
                                                          : inspect_good();
}

/* Mappings are in order of address, as heaps are: what is added here holds no mapping that comes later. */
struct inspect_verdict main_arena_take_mapped(const struct target *target, struct glibc_heaps *heaps) {
    struct inspect_verdict verdict = inspect_good();
    struct glibc_heaps before = *heaps;
    for (size_t index = 0; index < target->maps.count && verdict.status == inspect_ok; index++) {
        const struct mapping *mapping = &target->maps.list[index];
        bool is_free =
            mapping->writable && mapping->kind == mapping_anonymous && glibc_heaps_at(&before, mapping->start) == NULL;
        if (is_free && begins_with_chunk(target, mapping)) {
            verdict = add_main_heap(heaps, stretch_mapped, mapping->start, mapping->end);
            before.heaps = heaps->heaps;
        }
    }
    glibc_heaps_sort(heaps);
    if (verdict.status == inspect_ok) {
        verdict = take_piece_of_top(target, heaps);
    }
    glibc_heaps_sort(heaps);
    return verdict;
}

uint64_t main_arena_missing_bytes(const struct glibc_heaps *heaps) {
    bool is_known = heaps->arena_count > 0 && heaps->arenas[0].is_main;
    if (!is_known || glibc_arena_is_empty(&heaps->layout, &heaps->arenas[0].state)) {
        return 0;
    }
    for (size_t index = 0; index < heaps->heap_count; index++) {
        if (heaps->heaps[index].stretch.kind != stretch_arena) {
            return 0;
        }
    }
    uint64_t bytes = heaps->arenas[0].state.system_mem;
    return bytes < most_bytes ? bytes : most_bytes;
}

struct inspect_verdict main_arena_take(const struct target *target, struct glibc_heaps *heaps) {
    struct inspect_verdict verdict = glibc_heaps_add_arena(heaps, heaps->layout.main_arena, true);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    struct arena *arena = &heaps->arenas[0];
    if (!glibc_arena_read(target, &heaps->layout, heaps->layout.main_arena, &arena->state)) {
        return inspect_refusal(inspect_no_main_arena, "the state of its main arena");
    }
    arena->heaps = 1;
    return glibc_arena_is_empty(&heaps->layout, &arena->state) ? verdict : take_brk(target, heaps);
}
