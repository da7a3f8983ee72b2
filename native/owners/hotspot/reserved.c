/* SPDX-License-Identifier: MIT */
#include "reserved.h"

#include "../../inspect/user_address.h"

static const uint64_t word_bytes = 8;

static void add(struct hotspot *vm, uint64_t start, uint64_t bytes) {
    if (bytes > 0 && bytes < user_address_end && start < user_address_end &&
        vm->reserved_count < hotspot_reserved_most) {
        vm->reserved[vm->reserved_count++] = (struct hotspot_space){start, start + bytes, 0};
    }
}

/* CollectedHeap::_reserved (gc/shared/collectedHeap.hpp), a MemRegion; ZGC's views are told by their addresses. */
void reserved_read(struct hotspot *vm) {
    uint64_t heap = vm_static_word(vm->tables, vm->memory, "Universe::_collectedHeap");
    uint64_t reserved_at = vm_offset(vm->tables, "CollectedHeap::_reserved");
    uint64_t start;
    uint64_t words;
    vm->reserved_count = 0;
    if (vm->collector == hotspot_z) {
        for (unsigned view = 0; vm->z.is_there && view < (vm->z.has_generations ? 1 : z_views); view++) {
            add(vm, z_view(&vm->z, view), vm->z.offset_mask + 1);
        }
        return;
    }
    if (heap != 0 && reserved_at != vm_absent &&
        vm_read_word(vm->memory, heap + reserved_at, vm_offset(vm->tables, "MemRegion::_start"), &start) &&
        vm_read_word(vm->memory, heap + reserved_at, vm_offset(vm->tables, "MemRegion::_word_size"), &words) &&
        words < UINT64_MAX / word_bytes) {
        add(vm, start, words * word_bytes);
    }
}

/* Not by vm->memory, which may have it from before. */
uint64_t hotspot_collections(const struct hotspot *vm) {
    uint64_t heap = vm_static_word(vm->tables, vm->memory, "Universe::_collectedHeap");
    uint64_t count_at = vm_offset(vm->tables, "CollectedHeap::_total_collections");
    uint64_t active_at = vm_offset(vm->tables, "CollectedHeap::_is_stw_gc_active|CollectedHeap::_is_gc_active");
    uint32_t count;
    uint8_t is_active = 0;
    if (heap == 0 || count_at == vm_absent || !target_read(vm->target, heap + count_at, &count, sizeof count)) {
        return 0;
    }
    if (active_at != vm_absent) {
        (void)target_read(vm->target, heap + active_at, &is_active, sizeof is_active);
    }
    return (uint64_t)count << 1 | (is_active & 1);
}
