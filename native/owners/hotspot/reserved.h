/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_RESERVED_H
#define OFFHEAP_RESERVED_H

#include "vm.h"

/* What is reserved for the Java heap. */
void reserved_read(struct hotspot *vm);

static inline bool reserved_has(const struct hotspot *vm, uint64_t address) {
    for (size_t index = 0; index < vm->reserved_count; index++) {
        if (address >= vm->reserved[index].bottom && address < vm->reserved[index].top) {
            return true;
        }
    }
    return false;
}

#endif
