/* SPDX-License-Identifier: MIT */
#include "core_brk.h"

#include "glibc_layout.h"

/*
 * malloc's own word for it, sbrk_base; where that was not found, the top of a main arena that never went on by mmap.
 * 0: neither tells.
 */
static uint64_t place_in_heap(const struct target *target) {
    struct glibc_layout layout;
    struct arena_state state;
    if (!glibc_layout_find(target, &layout)) {
        return 0;
    }
    if (layout.params.sbrk_base != 0) {
        return layout.params.sbrk_base;
    }
    bool is_read = glibc_arena_read(target, &layout, layout.main_arena, &state);
    return is_read && !state.is_noncontiguous && !glibc_arena_is_empty(&layout, &state) ? state.top : 0;
}

void core_brk_mark(struct target *target) {
    struct proc_maps *maps = &target->maps;
    uint64_t place = place_in_heap(target);
    const struct mapping *found = place == 0 ? NULL : proc_maps_find(maps, place);
    if (found == NULL) {
        return;
    }
    size_t index = (size_t)(found - maps->list);
    uint64_t end = maps->list[index].start;
    while (index < maps->count && maps->list[index].start == end && mapping_is_anonymous(&maps->list[index])) {
        maps->list[index].kind = mapping_brk;
        end = maps->list[index++].end;
    }
}
