/* SPDX-License-Identifier: MIT */
#include "symbols.h"

#include <string.h>

void symbol_layout_read(const struct vm_tables *tables, const struct vm_archive *archive,
                        struct symbol_layout *layout) {
    layout->archive = archive;
    layout->length_at = vm_offset(tables, "Symbol::_length");
    layout->body_at = vm_offset(tables, "Symbol::_body|Symbol::_body[0]");
    layout->own = vm_static(tables, "Symbol::_vm_symbols[0]|vmSymbols::_symbols[0]");
    layout->own_count = vm_constant(tables, "vmSymbols::SID_LIMIT", 0);
}

static bool read_bytes(struct vm_memory *memory, const struct symbol_layout *layout, uint64_t address, void *to,
                       size_t bytes) {
    return vm_memory_read(memory, address, to, bytes) || vm_archive_read(layout->archive, address, to, bytes);
}

size_t symbol_read(struct vm_memory *memory, const struct symbol_layout *layout, uint64_t symbol, char *to,
                   size_t most) {
    uint16_t length;
    if (symbol == 0 || layout->body_at == vm_absent || layout->length_at == vm_absent ||
        !read_bytes(memory, layout, symbol + layout->length_at, &length, sizeof length)) {
        return SIZE_MAX;
    }
    size_t taken = length < most ? length : most;
    if (!read_bytes(memory, layout, symbol + layout->body_at, to, taken)) {
        return SIZE_MAX;
    }
    for (size_t index = 0; index < taken; index++) {
        to[index] = to[index] == '\0' ? '?' : to[index];
    }
    return taken;
}

/* JVMS 4.3.2. */
static const char *primitive(char letter) {
    switch (letter) {
    case 'B':
        return "byte";
    case 'C':
        return "char";
    case 'D':
        return "double";
    case 'F':
        return "float";
    case 'I':
        return "int";
    case 'J':
        return "long";
    case 'S':
        return "short";
    case 'Z':
        return "boolean";
    default:
        return NULL;
    }
}

static size_t array_to_java(char *name, size_t length, size_t depth, size_t most) {
    const char *letter = length == depth + 1 ? primitive(name[depth]) : NULL;
    if (letter != NULL) {
        length = strlen(letter);
        memcpy(name, letter, length);
    } else if (length > depth + 2 && name[depth] == 'L') {
        bool has_end = name[length - 1] == ';';
        length -= depth + 1 + has_end;
        memmove(name, name + depth + 1, length);
    } else {
        return length;
    }
    for (size_t level = 0; level < depth && length + 2 <= most; level++) {
        memcpy(name + length, "[]", 2);
        length += 2;
    }
    return length;
}

/* A hidden class has its suffix after the last '+': Klass::external_name() makes a slash of it. */
size_t symbol_to_java(char *name, size_t length, size_t most) {
    size_t depth = 0;
    while (depth < length && name[depth] == '[') {
        depth++;
    }
    if (depth > 0 && depth + sizeof "boolean" < most) {
        length = array_to_java(name, length, depth, most);
    }
    for (size_t index = 0; index < length; index++) {
        if (name[index] == '/') {
            name[index] = '.';
        } else if (name[index] == '+' && length - index > 3 && memcmp(name + index, "+0x", 3) == 0) {
            name[index] = '/';
        }
    }
    return length;
}
