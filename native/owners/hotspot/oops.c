/* SPDX-License-Identifier: MIT */
#include "vm.h"

uint64_t hotspot_oop_address(const struct hotspot *vm, uint64_t word) {
    const struct hotspot_oops *oops = &vm->layout.oops;
    if (word == 0 || oops->width == 8) {
        return word;
    }
    return oops->base + (word << oops->shift);
}
