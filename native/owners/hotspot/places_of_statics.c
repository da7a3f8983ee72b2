/* SPDX-License-Identifier: MIT */
#include "places.h"

enum { nodes_most = 1 << 13, last_such = 11 };
static const uint64_t word_bytes = 8;
static const uint64_t data_most = UINT64_C(64) << 20;

/*
 * VirtualSpaceNode (memory/metaspace.cpp of JDK 8), which no table describes: the next one, a MemRegion, a
 * ReservedSpace and a VirtualSpace. It proves itself, for all three have the same bounds.
 */
enum { node_region = 8, node_base = 24, node_size = 32, node_space = 64 };

static struct place_bounds bounds_of_node(const struct hotspot *vm, uint64_t node) {
    uint64_t base;
    uint64_t size;
    struct place_bounds none = {0, 0};
    struct place_bounds region = place_of_region(vm, node + node_region);
    if (region.start >= region.end || !vm_read_word(vm->memory, node, node_base, &base) || base != region.start ||
        !vm_read_word(vm->memory, node, node_size, &size) || size != region.end - region.start) {
        return none;
    }
    struct place_bounds space = place_of_virtual_space(vm, node + node_space);
    return space.start == region.start && space.end == region.end ? region : none;
}

/* Metaspace::_space_list and _class_space_list: a VirtualSpaceList begins with its first node. */
static void add_metaspace(const struct hotspot *vm, uint64_t list, struct place_list *places) {
    uint64_t node;
    bool is_read = vm_read_word(vm->memory, list, 0, &node);
    for (unsigned count = 0; is_read && node % word_bytes == 0 && count < nodes_most; count++) {
        struct place_bounds bounds = bounds_of_node(vm, node);
        if (bounds.end == 0) {
            return;
        }
        place_list_add(places, hotspot_place_metaspace, bounds.start, bounds.end);
        is_read = vm_read_word(vm->memory, node, 0, &node);
    }
}

/* PSVirtualSpace (gc_implementation/parallelScavenge/psVirtualspace.hpp); a table is smaller than the heap. */
static void add_parallel_space(const struct hotspot *vm, uint64_t space, struct place_list *places) {
    struct place_bounds heap = place_of_heap(vm);
    uint64_t low;
    uint64_t high;
    if (vm_read_word(vm->memory, space, vm_offset(vm->tables, "PSVirtualSpace::_reserved_low_addr"), &low) &&
        vm_read_word(vm->memory, space, vm_offset(vm->tables, "PSVirtualSpace::_reserved_high_addr"), &high) &&
        low < high && high - low < heap.end - heap.start && (high <= heap.start || low >= heap.end)) {
        place_list_add(places, hotspot_place_gc, low, high);
    }
}

/*
 * What tells an object of the parallel collector from other memory: the address of the virtual functions that the old
 * generation's PSVirtualSpace has. 0: it is another collector.
 */
static uint64_t parallel_functions(const struct hotspot *vm, uint64_t old) {
    uint64_t space;
    uint64_t functions;
    bool is_read = vm_read_word(vm->memory, old, vm_offset(vm->tables, "PSOldGen::_virtual_space"), &space) &&
                   vm_read_word(vm->memory, space, 0, &functions) && functions >= vm->image.data_start &&
                   functions < vm->image.data_end;
    return is_read ? functions : 0;
}

/*
 * PSOldGen has its ObjectStartArray, and that its PSVirtualSpace, between two fields that are told
 * (gc_implementation/parallelScavenge/psOldGen.hpp).
 */
static void add_start_array(const struct hotspot *vm, uint64_t old, uint64_t functions, struct place_list *places) {
    uint64_t from = vm_offset(vm->tables, "PSOldGen::_virtual_space");
    uint64_t to = vm_offset(vm->tables, "PSOldGen::_object_space");
    uint64_t word;
    for (uint64_t at = from + word_bytes; from != vm_absent && to != vm_absent && at < to; at += word_bytes) {
        if (vm_read_word(vm->memory, old, at, &word) && word == functions) {
            add_parallel_space(vm, old + at, places);
        }
    }
}

/*
 * PSParallelCompact::_mark_bitmap and _summary_data, static too (psParallelCompact.hpp, parMarkBitMap.hpp), point to
 * what they have reserved.
 */
void places_add_static(const struct hotspot *vm, struct place_list *places) {
    const struct elf_file *image = &vm->image;
    uint64_t old = vm_static_word(vm->tables, vm->memory, "ParallelScavengeHeap::_old_gen");
    uint64_t functions = old == 0 ? 0 : parallel_functions(vm, old);
    uint64_t pointer;
    uint64_t first;
    if (vm->version > last_such) {
        return;
    }
    if (functions != 0) {
        add_start_array(vm, old, functions, places);
    }
    for (uint64_t at = image->data_start;
         at < image->data_end && at - image->data_start < data_most && !deadline_is_over_at(vm->target->deadline, at);
         at += word_bytes) {
        if (!vm_read_word(vm->memory, at, 0, &pointer) || pointer == 0 || pointer % word_bytes != 0 ||
            (pointer >= image->data_start && pointer < image->data_end) ||
            !vm_read_word(vm->memory, pointer, 0, &first) || first == 0) {
            continue;
        }
        if (functions != 0 && first == functions) {
            add_parallel_space(vm, pointer, places);
        } else {
            add_metaspace(vm, pointer, places);
        }
    }
}
