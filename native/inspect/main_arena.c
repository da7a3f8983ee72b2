/* SPDX-License-Identifier: MIT */
#include "main_arena.h"

#include "round_up.h"

static const uint64_t most_bytes = UINT64_C(1) << 47; /* address space of a program */

static struct inspect_verdict add_brk_heap(struct glibc_heaps *heaps, uint64_t start, uint64_t end) {
    uint64_t top = heaps->arenas[0].state.top;
    struct heap heap = {
        .stretch = {.kind = stretch_brk,
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
    uint64_t aligned = round_up(base, chunk_align);
    return base > start && base < end && aligned < end ? aligned : start;
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
        verdict = add_brk_heap(heaps, first_chunk(heaps, start, maps->list[index].end), maps->list[index].end);
    }
    return verdict;
}

uint64_t main_arena_bytes(const struct glibc_heaps *heaps) {
    bool is_known = heaps->arena_count > 0 && heaps->arenas[0].is_main;
    if (!is_known || glibc_arena_is_empty(&heaps->layout, &heaps->arenas[0].state)) {
        return 0;
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
