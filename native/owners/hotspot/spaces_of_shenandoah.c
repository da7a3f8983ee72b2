/* SPDX-License-Identifier: MIT */
#include "spaces.h"

enum { regions_most = 1 << 20, state_continues = 4, state_trash = 9, first_used_state = 2 };

struct shenandoah {
    uint64_t bottom_at;
    uint64_t top_at;
    uint64_t state_at;
    int32_t continues;
    int32_t trash;
    int32_t first_used;
};

/* gc/shenandoah/shenandoahHeapRegion.hpp */
static void add_region(const struct hotspot *vm, struct space_list *spaces, const struct shenandoah *shenandoah,
                       uint64_t region) {
    uint64_t bottom;
    uint64_t top;
    int32_t state;
    if (!vm_read_word(vm->memory, region, shenandoah->bottom_at, &bottom) ||
        !vm_read_word(vm->memory, region, shenandoah->top_at, &top) ||
        !vm_read_int(vm->memory, region, shenandoah->state_at, &state) || state < shenandoah->first_used ||
        state == shenandoah->trash) {
        return;
    }
    struct hotspot_space *last = spaces->count > 0 ? &spaces->list[spaces->count - 1] : NULL;
    if (state == shenandoah->continues && last != NULL && last->top == bottom && top > bottom && top % 8 == 0) {
        last->top = top;
    } else {
        space_list_add(spaces, bottom, top);
    }
}

/* 11 does not tell its regions: then it is what is reserved. */
void spaces_read_shenandoah(const struct hotspot *vm, struct space_list *spaces) {
    const struct vm_tables *tables = vm->tables;
    struct shenandoah shenandoah = {
        vm_offset(tables, "ShenandoahHeapRegion::_bottom"),
        vm_offset(tables, "ShenandoahHeapRegion::_top"),
        vm_offset(tables, "ShenandoahHeapRegion::_state"),
        (int32_t)vm_constant(tables, "ShenandoahHeapRegion::_humongous_cont", state_continues),
        (int32_t)vm_constant(tables, "ShenandoahHeapRegion::_trash", state_trash),
        (int32_t)vm_constant(tables, "ShenandoahHeapRegion::_regular", first_used_state),
    };
    uint64_t heap = spaces_heap(vm);
    uint64_t regions;
    uint64_t count;
    uint64_t region;
    if (!vm_read_word(vm->memory, heap, vm_offset(tables, "ShenandoahHeap::_regions"), &regions) ||
        !vm_read_word(vm->memory, heap, vm_offset(tables, "ShenandoahHeap::_num_regions"), &count)) {
        spaces_add_reserved(vm, spaces);
        return;
    }
    for (uint64_t index = 0; index < count && index < regions_most; index++) {
        if (vm_read_word(vm->memory, regions + index * 8, 0, &region) && region != 0) {
            add_region(vm, spaces, &shenandoah, region);
        }
    }
}
