/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SYMBOLS_H
#define OFFHEAP_SYMBOLS_H

#include "vm_archive.h"
#include "vm_tables.h"

/* The JVM's names (oops/symbol.hpp): modified UTF-8 with a length, not ended by zero. */
struct symbol_layout {
    const struct vm_archive *archive; /* has names whose pages are not present */
    uint64_t length_at;
    uint64_t body_at;
    uint64_t own; /* the JVM's own names, a table of pointers (classfile/vmSymbols.hpp); 0: not told */
    uint64_t own_count;
};

void symbol_layout_read(const struct vm_tables *tables, const struct vm_archive *archive, struct symbol_layout *layout);

/* Its bytes, at most `most`, without an end; zeros become '?'. SIZE_MAX: not read. */
size_t symbol_read(struct vm_memory *memory, const struct symbol_layout *layout, uint64_t symbol, char *to,
                   size_t most);

/*
 * The name of a class as Java writes it: slashes become points, arrays get brackets. Works in place; returns the
 * length. pre: length <= most
 */
size_t symbol_to_java(char *name, size_t length, size_t most);

#endif
