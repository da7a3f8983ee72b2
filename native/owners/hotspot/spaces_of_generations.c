/* SPDX-License-Identifier: MIT */
#include "spaces.h"

/* A space's bounds, by the names that this collector's have. */
struct bounds {
    uint64_t bottom_at;
    uint64_t top_at;
};

static void add_space(const struct hotspot *vm, struct space_list *spaces, const struct bounds *bounds,
                      uint64_t generation, uint64_t space_at) {
    uint64_t space;
    uint64_t bottom;
    uint64_t top;
    if (vm_read_word(vm->memory, generation, space_at, &space) &&
        vm_read_word(vm->memory, space, bounds->bottom_at, &bottom) &&
        vm_read_word(vm->memory, space, bounds->top_at, &top)) {
        space_list_add(spaces, bottom, top);
    }
}

static struct bounds contiguous(const struct hotspot *vm) {
    return (struct bounds){vm_offset(vm->tables, "ContiguousSpace::_bottom|Space::_bottom"),
                           vm_offset(vm->tables, "ContiguousSpace::_top")};
}

/* gc/serial/defNewGeneration.hpp, tenuredGeneration.hpp; in 8 the heap has an array of its generations. */
void spaces_read_serial(const struct hotspot *vm, struct space_list *spaces) {
    struct bounds bounds = contiguous(vm);
    uint64_t heap = spaces_heap(vm);
    uint64_t young = 0;
    uint64_t old = 0;
    uint64_t young_at = vm_offset(vm->tables, "SerialHeap::_young_gen|GenCollectedHeap::_young_gen");
    uint64_t generations_at = vm_offset(vm->tables, "GenCollectedHeap::_gens");
    if (young_at != vm_absent) {
        (void)vm_read_word(vm->memory, heap, young_at, &young);
        (void)vm_read_word(vm->memory, heap, vm_offset(vm->tables, "SerialHeap::_old_gen|GenCollectedHeap::_old_gen"),
                           &old);
    } else if (generations_at != vm_absent) {
        (void)vm_read_word(vm->memory, heap, generations_at, &young);
        (void)vm_read_word(vm->memory, heap, generations_at + 8, &old);
    }
    add_space(vm, spaces, &bounds, young, vm_offset(vm->tables, "DefNewGeneration::_eden_space"));
    add_space(vm, spaces, &bounds, young, vm_offset(vm->tables, "DefNewGeneration::_from_space"));
    add_space(vm, spaces, &bounds, young, vm_offset(vm->tables, "DefNewGeneration::_to_space"));
    add_space(vm, spaces, &bounds, old,
              vm_offset(vm->tables, "TenuredGeneration::_the_space|OneContigSpaceCardGeneration::_the_space"));
}

/* gc/parallel/parallelScavengeHeap.hpp; its generations are static fields up to 26. */
void spaces_read_parallel(const struct hotspot *vm, struct space_list *spaces) {
    struct bounds bounds = {vm_offset(vm->tables, "MutableSpace::_bottom|ImmutableSpace::_bottom"),
                            vm_offset(vm->tables, "MutableSpace::_top")};
    uint64_t heap = spaces_heap(vm);
    uint64_t young = vm_static_word(vm->tables, vm->memory, "ParallelScavengeHeap::_young_gen");
    uint64_t old = vm_static_word(vm->tables, vm->memory, "ParallelScavengeHeap::_old_gen");
    if (young == 0) {
        (void)vm_read_word(vm->memory, heap, vm_offset(vm->tables, "ParallelScavengeHeap::_young_gen"), &young);
        (void)vm_read_word(vm->memory, heap, vm_offset(vm->tables, "ParallelScavengeHeap::_old_gen"), &old);
    }
    add_space(vm, spaces, &bounds, young, vm_offset(vm->tables, "PSYoungGen::_eden_space"));
    add_space(vm, spaces, &bounds, young, vm_offset(vm->tables, "PSYoungGen::_from_space"));
    add_space(vm, spaces, &bounds, young, vm_offset(vm->tables, "PSYoungGen::_to_space"));
    add_space(vm, spaces, &bounds, old, vm_offset(vm->tables, "PSOldGen::_object_space"));
}

/* gc/epsilon/epsilonHeap.hpp */
void spaces_read_epsilon(const struct hotspot *vm, struct space_list *spaces) {
    struct bounds bounds = contiguous(vm);
    add_space(vm, spaces, &bounds, spaces_heap(vm), vm_offset(vm->tables, "EpsilonHeap::_space"));
}
