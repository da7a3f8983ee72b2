/* SPDX-License-Identifier: MIT */
#include "vm.h"

/* A reference into ZGC's heap is told in the view that a space of that page is in: there is one for each. */
uint64_t hotspot_oop_address(const struct hotspot *vm, uint64_t word) {
    const struct hotspot_oops *oops = &vm->layout.oops;
    uint64_t offset;
    if (vm->collector == hotspot_z) {
        return z_offset_of(vm->memory, &vm->z, word, &offset) ? z_base_of(&vm->z, offset) + offset : 0;
    }
    if (word == 0 || oops->width == 8) {
        return word;
    }
    return oops->base + (word << oops->shift);
}
