/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_VM_TABLES_H
#define OFFHEAP_VM_TABLES_H

/*
 * gHotSpotVMStructs, gHotSpotVMTypes and the constants, as the JVM describes them itself
 * (src/hotspot/share/runtime/vmStructs.cpp, exported for sun.jvm.hotspot.HotSpotTypeDataBase). A name is
 * "Type::field", "Type" or that of a constant; several are parted by '|': the first that this JVM has is taken.
 */

#include "vm_memory.h"

struct vm_tables;

/* NULL where they cannot be read, or there is no memory. */
struct vm_tables *vm_tables_read(struct vm_memory *memory, const struct elf_file *image);
/* NULL is allowed. */
void vm_tables_free(struct vm_tables *tables);

/* Of a field; vm_absent: this JVM has none of them. */
uint64_t vm_offset(const struct vm_tables *tables, const char *names);
/* Of a static field; 0: none. */
uint64_t vm_static(const struct vm_tables *tables, const char *names);
/* Of a type; 0: none. */
uint64_t vm_size(const struct vm_tables *tables, const char *names);
uint64_t vm_constant(const struct vm_tables *tables, const char *names, uint64_t otherwise);

/* The value of a static field that is a word; 0 where it cannot be read. */
uint64_t vm_static_word(const struct vm_tables *tables, struct vm_memory *memory, const char *names);
int32_t vm_static_int(const struct vm_tables *tables, struct vm_memory *memory, const char *names);

#endif
