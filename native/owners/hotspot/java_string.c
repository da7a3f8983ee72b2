/* SPDX-License-Identifier: MIT */
#include "java_string.h"

#include "fields.h"

#include <string.h>

enum { units_most = 128 };

static size_t class_named(const struct hotspot *vm, const char *name) {
    for (size_t index = 0; index < vm->classes.count; index++) {
        if (strcmp(vm->classes.list[index].name, name) == 0) {
            return index;
        }
    }
    return SIZE_MAX;
}

void string_layout_read(const struct hotspot *vm, struct string_layout *layout) {
    size_t string = class_named(vm, "java.lang.String");
    size_t array = class_named(vm, "byte[]");
    layout->value_at = fields_find(vm, string, "value");
    layout->coder_at = fields_find(vm, string, "coder");
    layout->bytes_at = array == SIZE_MAX ? 0 : (uint32_t)vm->classes.list[array].layout_helper >> 16 & 255;
}

uint64_t java_reference(const struct hotspot *vm, uint64_t object, uint32_t offset) {
    uint64_t word = 0;
    if (object == 0 || offset == 0 || !vm_memory_read(vm->memory, object + offset, &word, vm->layout.oops.width)) {
        return 0;
    }
    return hotspot_oop_address(vm, word);
}

/* One unit as UTF-8; halves of a pair become '?'. */
static size_t put_unit(char *to, uint32_t unit) {
    if (unit == 0 || (unit >= 0xd800 && unit < 0xe000)) {
        unit = '?';
    }
    if (unit < 0x80) {
        to[0] = (char)unit;
        return 1;
    }
    if (unit < 0x800) {
        to[0] = (char)(0xc0 | unit >> 6);
        to[1] = (char)(0x80 | (unit & 0x3f));
        return 2;
    }
    to[0] = (char)(0xe0 | unit >> 12);
    to[1] = (char)(0x80 | (unit >> 6 & 0x3f));
    to[2] = (char)(0x80 | (unit & 0x3f));
    return 3;
}

void java_string_read(const struct hotspot *vm, const struct string_layout *layout, uint64_t string, char *to,
                      size_t bytes) {
    unsigned char units[2 * units_most];
    unsigned char coder = 1; /* UTF16, java.lang.String.coder */
    int32_t length;
    size_t used = 0;
    uint64_t value = java_reference(vm, string, layout->value_at);
    to[0] = '\0';
    if (value == 0 || layout->bytes_at == 0 || !vm_read_int(vm->memory, value, vm->layout.length_at, &length) ||
        (layout->coder_at != 0 && !vm_memory_read(vm->memory, string + layout->coder_at, &coder, 1))) {
        return;
    }
    size_t width = coder == 0 ? 1 : 2;
    size_t count = length <= 0 ? 0 : (size_t)length / (layout->coder_at != 0 ? width : 1);
    count = count < units_most ? count : units_most;
    if (!vm_memory_read(vm->memory, value + layout->bytes_at, units, count * width)) {
        return;
    }
    for (size_t index = 0; index < count && used + 3 < bytes; index++) {
        uint32_t low = units[index * width];
        used += put_unit(to + used, width == 1 ? low : low | (uint32_t)units[index * 2 + 1] << 8);
    }
    to[used] = '\0';
}
