/* SPDX-License-Identifier: MIT */
#include "spaces.h"

#include "../../inspect/list_room.h"

enum { pages_most = 1 << 22, first_capacity = 1024 };

struct reading {
    struct hotspot *vm;
    struct space_list *spaces;
    unsigned granule_shift;
    uint64_t start_at;
    uint64_t end_at;
    bool has_size;
    uint64_t top_at; /* vm_absent: 11 */
    uint64_t seqnum_at;
};

static uint64_t present_bytes(const struct hotspot *vm, uint64_t start, uint64_t end) {
    uint64_t bytes;
    uint64_t mask = page_bytes() - 1;
    return page_map_count(&vm->target->pages, start & ~mask, (end + mask) & ~mask, &bytes).status == inspect_ok ? bytes
                                                                                                                : 0;
}

/* Where there are three views, each has pages of its own that are present: those of the one by which it was used last.
 */
static uint64_t choose_view(const struct hotspot *vm, uint64_t start, uint64_t end) {
    uint64_t best = z_view(&vm->z, z_remapped);
    uint64_t most = 0;
    if (vm->z.has_generations) {
        return best;
    }
    for (unsigned view = 0; view < z_views; view++) {
        uint64_t base = z_view(&vm->z, view);
        uint64_t bytes = present_bytes(vm, base + start, base + end);
        if (bytes > most) {
            most = bytes;
            best = base;
        }
    }
    return best;
}

/* pre: pages come by their offsets */
static void keep_page(struct z_heap *z, struct z_page page) {
    struct z_page *list = z->page_count == pages_most ? NULL
                                                      : list_with_room(z->pages, z->page_count, &z->page_capacity,
                                                                       first_capacity, sizeof *list);
    if (list != NULL) {
        z->pages = list;
        list[z->page_count++] = page;
    }
}

/* A page that is given out anew has the number of that cycle, and often another structure. */
static uint64_t made_of(const struct reading *reading, uint64_t page) {
    uint64_t seqnum = 0;
    bool is_told =
        reading->seqnum_at != vm_absent && vm_read_word(reading->vm->memory, page, reading->seqnum_at, &seqnum);
    return page ^ (is_told ? seqnum << 32 : 0);
}

/* gc/z/zPage.hpp; a page of several granules is in each of their places. Bit 0 of a place in 11: it is moving. */
static void add_page(void *to, uint64_t index, uint64_t value) {
    const struct reading *reading = to;
    struct hotspot *vm = reading->vm;
    uint64_t page = value & ~UINT64_C(1);
    uint64_t start;
    uint64_t end;
    uint64_t top;
    if (!vm_read_word(vm->memory, page, reading->start_at, &start) || start >> reading->granule_shift != index ||
        !vm_read_word(vm->memory, page, reading->end_at, &end)) {
        return;
    }
    end += reading->has_size ? start : 0;
    if (reading->top_at == vm_absent || !vm_read_word(vm->memory, page, reading->top_at, &top)) {
        top = end;
    }
    if (start < top && top <= end && end <= vm->z.offset_mask + 1) {
        uint64_t base = choose_view(vm, start, top);
        space_list_add_made(reading->spaces, base + start, base + top, made_of(reading, page));
        keep_page(&vm->z, (struct z_page){start, end, base});
    }
}

/* ZHeap::_page_table → ZPageTable::_map → ZGranuleMap::_map, a pointer for each granule of the heap. */
void spaces_read_z(struct hotspot *vm, struct space_list *spaces) {
    bool is_11 = vm_offset(vm->tables, "ZHeap::_pagetable") != vm_absent;
    uint64_t table_at = z_offset(vm->tables, &vm->z, is_11 ? "ZHeap::_pagetable" : "%Heap::_page_table");
    uint64_t map_at = z_offset(vm->tables, &vm->z, "%PageTable::_map");
    uint64_t own_at =
        z_offset(vm->tables, &vm->z, is_11 ? "ZAddressRangeMapForPageTable::_map" : "%GranuleMapForPageTable::_map");
    uint64_t virtual_at = z_offset(vm->tables, &vm->z, "%Page::_virtual");
    uint64_t start_at = z_offset(vm->tables, &vm->z, "%VirtualMemory::_start");
    uint64_t end_at = z_offset(vm->tables, &vm->z, "%VirtualMemory::_end");
    uint64_t size_at = z_offset(vm->tables, &vm->z, "%VirtualMemory::_size");
    uint64_t map;
    struct reading reading = {
        .vm = vm,
        .spaces = spaces,
        .granule_shift = z_granule_shift(vm->tables, &vm->z),
        .start_at = virtual_at + start_at,
        .end_at = virtual_at + (end_at == vm_absent ? size_at : end_at),
        .has_size = end_at == vm_absent,
        .top_at = z_offset(vm->tables, &vm->z, "%Page::_top"),
        .seqnum_at = z_offset(vm->tables, &vm->z, "%Page::_seqnum"),
    };
    if (!vm->z.is_there) {
        return;
    }
    z_heap_refresh(vm->tables, vm->memory, &vm->z);
    if (table_at != vm_absent && map_at != vm_absent && own_at != vm_absent && virtual_at != vm_absent &&
        start_at != vm_absent && (end_at != vm_absent || size_at != vm_absent) &&
        vm_read_word(vm->memory, vm->z.heap + table_at, map_at + own_at, &map)) {
        z_each_granule(vm->tables, vm->memory, &vm->z, map, add_page, &reading);
    }
}
