/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_KLASS_H
#define OFFHEAP_KLASS_H

#include "vm.h"

/* Where a Klass (oops/klass.hpp) has what of it is read. */
struct klass_reader {
    uint64_t layout_at;
    uint64_t name_at;
    uint64_t super_at;
    uint64_t next_at;
};

void klass_reader_prepare(const struct hotspot *vm, struct klass_reader *reader);

/* Adds a class; false where it is none, is there already, or there are too many. */
bool klass_read(struct hotspot *vm, const struct klass_reader *reader, uint64_t address);

#endif
