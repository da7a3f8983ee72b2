/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_VM_MEMORY_H
#define OFFHEAP_VM_MEMORY_H

/*
 * The JVM's memory in any order, for following its structures: a block is fetched once while its place in the cache is
 * its own. Only pages that are present are read; a page of libjvm.so that is not, and that nobody writes, comes from
 * its file. What is read may be as old as the last vm_memory_forget().
 */

#include "../../inspect/target.h"
#include "elf_file.h"

/* No such field in this JVM: what is read by it cannot be read. */
static const uint64_t vm_absent = UINT64_MAX;

struct vm_memory;

/* NULL: no memory. */
struct vm_memory *vm_memory_create(const struct target *target, const struct elf_file *image);
/* NULL is allowed. */
void vm_memory_destroy(struct vm_memory *memory);
void vm_memory_forget(struct vm_memory *memory);
const struct target *vm_memory_target(const struct vm_memory *memory);

bool vm_memory_read(struct vm_memory *memory, uint64_t address, void *to, size_t bytes);

/* Of a structure's field. False also where the structure is NULL or the field absent. */
bool vm_read_word(struct vm_memory *memory, uint64_t structure, uint64_t offset, uint64_t *value);
bool vm_read_int(struct vm_memory *memory, uint64_t structure, uint64_t offset, int32_t *value);

/* A C string, cut where `to` ends; false where its beginning cannot be read. */
bool vm_read_text(struct vm_memory *memory, uint64_t address, char *to, size_t bytes);

#endif
