/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FIELD_LIST_H
#define OFFHEAP_FIELD_LIST_H

#include "vm.h"

/* A field as its class declares it (oops/fieldInfo.hpp). */
struct field_entry {
    uint32_t name; /* index of the constant pool, or of the JVM's own names */
    uint32_t signature;
    uint32_t offset;
    bool is_static;
    bool is_injected; /* not of the class file, but the JVM's */
};

/* False: that is the one, go no further. */
typedef bool take_field(void *to, const struct field_entry *entry);

/* The fields that a class itself declares; `to` is passed on. pre: `klass` is no array */
void field_list_read(const struct hotspot *vm, uint64_t klass, take_field *take, void *to);

/* Text of a field's name or signature; the length, or SIZE_MAX. */
size_t field_text(const struct hotspot *vm, uint64_t klass, const struct field_entry *entry, uint32_t index, char *text,
                  size_t most);

#endif
