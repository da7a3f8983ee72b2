/* SPDX-License-Identifier: MIT */
#include "reserved.h"

static const uint64_t word_bytes = 8;

/* CollectedHeap::_reserved (gc/shared/collectedHeap.hpp), a MemRegion. */
void reserved_read(struct hotspot *vm) {
    uint64_t heap = vm_static_word(vm->tables, vm->memory, "Universe::_collectedHeap");
    uint64_t reserved_at = vm_offset(vm->tables, "CollectedHeap::_reserved");
    uint64_t start;
    uint64_t words;
    if (heap != 0 && reserved_at != vm_absent &&
        vm_read_word(vm->memory, heap + reserved_at, vm_offset(vm->tables, "MemRegion::_start"), &start) &&
        vm_read_word(vm->memory, heap + reserved_at, vm_offset(vm->tables, "MemRegion::_word_size"), &words) &&
        words > 0 && words < (UINT64_MAX - start) / word_bytes) {
        vm->reserved[vm->reserved_count++] = (struct hotspot_space){start, start + words * word_bytes};
    }
}
