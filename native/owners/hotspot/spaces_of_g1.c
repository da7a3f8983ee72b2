/* SPDX-License-Identifier: MIT */
#include "spaces.h"

enum { regions_most = 1 << 20 };

struct g1 {
    uint64_t bottom_at;
    uint64_t top_at;
    uint64_t tag_at;
    uint64_t free_tag;
    uint64_t continues_tag;
};

/* 8 does not tell the kind of a region: a free one is empty, and an object of several regions is in the first one. */
static bool read_tag(const struct hotspot *vm, const struct g1 *g1, uint64_t region, uint64_t *tag) {
    int32_t value;
    *tag = UINT64_MAX - 1;
    if (g1->tag_at == vm_absent) {
        return true;
    }
    bool is_read = vm_read_int(vm->memory, region, g1->tag_at, &value);
    *tag = is_read ? (uint32_t)value : *tag;
    return is_read;
}

/* gc/g1/g1HeapRegion.hpp; an object of several regions has its parts in a row, and is one space here. */
static void add_region(const struct hotspot *vm, struct space_list *spaces, const struct g1 *g1, uint64_t region) {
    uint64_t bottom;
    uint64_t top;
    uint64_t tag;
    if (!vm_read_word(vm->memory, region, g1->bottom_at, &bottom) ||
        !vm_read_word(vm->memory, region, g1->top_at, &top) || !read_tag(vm, g1, region, &tag) || tag == g1->free_tag) {
        return;
    }
    struct hotspot_space *last = spaces->count > 0 ? &spaces->list[spaces->count - 1] : NULL;
    if (tag == g1->continues_tag && last != NULL && last->top == bottom && top > bottom && top % 8 == 0) {
        last->top = top;
    } else {
        space_list_add(spaces, bottom, top);
    }
}

/* G1CollectedHeap::_hrm → G1HeapRegionManager::_regions, a table of pointers by address. */
void spaces_read_g1(const struct hotspot *vm, struct space_list *spaces) {
    uint64_t manager_at = vm_offset(vm->tables, "G1CollectedHeap::_hrm");
    uint64_t table_at = vm_offset(vm->tables, "G1HeapRegionManager::_regions|HeapRegionManager::_regions");
    uint64_t type_at = vm_offset(vm->tables, "G1HeapRegion::_type|HeapRegion::_type");
    uint64_t tag_at = vm_offset(vm->tables, "G1HeapRegionType::_tag|HeapRegionType::_tag");
    struct g1 g1 = {
        .bottom_at = vm_offset(vm->tables, "G1HeapRegion::_bottom|HeapRegion::_bottom|Space::_bottom"),
        .top_at = vm_offset(vm->tables, "G1HeapRegion::_top|HeapRegion::_top|G1ContiguousSpace::_top|"
                                        "G1OffsetTableContigSpace::_top"),
        .tag_at = type_at == vm_absent || tag_at == vm_absent ? vm_absent : type_at + tag_at,
        .free_tag = vm_constant(vm->tables, "G1HeapRegionType::FreeTag|HeapRegionType::FreeTag", 0),
        .continues_tag = vm_constant(
            vm->tables, "G1HeapRegionType::ContinuesHumongousTag|HeapRegionType::ContinuesHumongousTag", UINT64_MAX),
    };
    uint64_t table = spaces_heap(vm) + manager_at + table_at;
    uint64_t base;
    uint64_t length;
    uint64_t region;
    if (manager_at == vm_absent || table_at == vm_absent ||
        !vm_read_word(vm->memory, table, vm_offset(vm->tables, "G1HeapRegionTable::_base"), &base) ||
        !vm_read_word(vm->memory, table, vm_offset(vm->tables, "G1HeapRegionTable::_length"), &length)) {
        return;
    }
    for (uint64_t index = 0; index < length && index < regions_most; index++) {
        if (vm_read_word(vm->memory, base + index * 8, 0, &region) && region != 0) {
            add_region(vm, spaces, &g1, region);
        }
    }
}
