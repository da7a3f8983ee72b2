/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_VM_H
#define OFFHEAP_VM_H

#include "class_table.h"
#include "object_layout.h"
#include "symbols.h"
#include "z_heap.h"

struct hotspot {
    const struct target *target;
    struct elf_file image; /* libjvm.so */
    bool is_unchecked;     /* nobody knows whether the core file means this one */
    struct vm_archive archive;
    struct vm_memory *memory;
    struct vm_tables *tables;
    struct vm_flags flags;
    unsigned version;
    enum hotspot_collector collector;
    struct symbol_layout symbols;
    struct object_layout layout;
    struct class_table classes;
    bool lacks_classes;      /* a part of them is not in memory */
    size_t class_of_mirrors; /* java.lang.Class; SIZE_MAX: none */
    size_t class_of_stacks;  /* jdk.internal.vm.StackChunk */
    uint32_t stack_words_at; /* its field `size`; 0: not told */
    struct hotspot_space reserved[hotspot_reserved_most];
    size_t reserved_count;
    struct z_heap z; /* of ZGC */
};

#endif
