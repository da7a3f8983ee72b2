/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_TYPE_NAMES_H
#define OFFHEAP_TYPE_NAMES_H

/*
 * Names of C++ classes by the addresses of their tables of virtual functions: symbols of the files that are mapped
 * there. What has no such symbol is no class, or one of a file that was stripped of its symbols or cannot be opened.
 */

#include "type_tables.h"

struct type_names {
    uint32_t *at; /* by the table's index in the list, where its name begins in `text`; UINT32_MAX: it has none */
    char *text;   /* mangled names, _ZTV with them, each with its end */
    size_t text_bytes;
    size_t text_capacity;
};

/* On failure there is nothing to free. */
struct inspect_verdict type_names_find(const struct target *target, const struct type_list *tables,
                                       struct type_names *names);
void type_names_free(struct type_names *names);

/* NULL: none. */
static inline const char *type_name(const struct type_names *names, uint32_t table) {
    return names->at[table] == UINT32_MAX ? NULL : names->text + names->at[table];
}

#endif
