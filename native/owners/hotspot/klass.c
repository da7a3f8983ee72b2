/* SPDX-License-Identifier: MIT */
#include "klass.h"

#include <string.h>

enum { name_most = 1000, instance_most = 1 << 24 };

void klass_reader_prepare(const struct hotspot *vm, struct klass_reader *reader) {
    *reader = (struct klass_reader){
        .layout_at = vm_offset(vm->tables, "Klass::_layout_helper"),
        .name_at = vm_offset(vm->tables, "Klass::_name"),
        .super_at = vm_offset(vm->tables, "Klass::_super"),
        .next_at = vm_offset(vm->tables, "Klass::_next_link"),
    };
}

bool klass_read(struct hotspot *vm, const struct klass_reader *reader, uint64_t address) {
    char name[name_most];
    uint64_t symbol;
    struct hotspot_class klass = {.address = address};
    if (address % 8 != 0 || !vm_read_int(vm->memory, address, reader->layout_at, &klass.layout_helper) ||
        !vm_read_word(vm->memory, address, reader->name_at, &symbol) ||
        !vm_read_word(vm->memory, address, reader->super_at, &klass.super)) {
        vm->lacks_classes = true;
        return false;
    }
    size_t length = symbol_read(vm->memory, &vm->symbols, symbol, name, sizeof name);
    if (length == SIZE_MAX) {
        length = 1;
        name[0] = '?'; /* its page is not in memory */
        vm->lacks_classes = true;
    }
    /* The lowest bit says that instances are not made the quick way. */
    if (klass.layout_helper > 0 && klass.layout_helper < instance_most) {
        klass.instance_bytes = (uint32_t)klass.layout_helper & ~UINT32_C(7);
    }
    return class_table_add(&vm->classes, &klass, name, symbol_to_java(name, length, sizeof name));
}
