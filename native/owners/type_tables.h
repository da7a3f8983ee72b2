/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_TYPE_TABLES_H
#define OFFHEAP_TYPE_TABLES_H

/*
 * First words of blocks that point into memory of a file that nobody writes: an object of a C++ class with virtual
 * functions begins with the address of its class's table (Itanium C++ ABI, 2.5), which lies there once the dynamic
 * linker has relocated it. Other words may too: only the name of the table's symbol tells.
 */

#include "../inspect/target.h"

static const uint32_t no_kind = UINT32_MAX;

struct type_list {
    uint64_t *list; /* addresses of tables, each once */
    size_t count;
    size_t capacity;
};

struct type_tables {
    const struct proc_maps *maps;
    const struct mapping *last; /* where the last one was */
    uint64_t first;             /* bounds of all such memory */
    uint64_t end;
    uint32_t *slots; /* a hash table of indexes in the list */
};

/* False: there is no memory. */
bool type_tables_open(const struct target *target, struct type_tables *tables);
void type_tables_close(struct type_tables *tables);

/* For another list, which is empty. */
void type_tables_begin(struct type_tables *tables);

/* Its index in the list; no_kind where it is none, or there are too many. */
uint32_t type_tables_add(struct type_tables *tables, struct type_list *list, uint64_t word);

#endif
