/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SYMBOL_TABLE_H
#define OFFHEAP_SYMBOL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the loaded object that has `address` in one of its segments has a definition of that name; false where there
 * is no such object, or it has no table to look names up in. */
bool symbol_table_defines(const void *address, const char *name);

/* Where lookups of a name shall lead that an object defines. */
struct symbol_target {
    const char *name;
    const void *function; /* NULL: the dynamic linker passes this definition over, and finds whoever is next */
};

/*
 * Changes the dynamic symbol table of the loaded object that has `address` in one of its segments, for all lookups from
 * now on; who was linked before keeps the address that it has. Best effort: a table that shares a segment with code is
 * left alone, because it could not be made writable without making code so. pre: there is one thread
 */
void symbol_table_retarget(const void *address, const struct symbol_target *targets, size_t count);

#endif
