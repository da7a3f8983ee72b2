/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_JAVA_STRING_H
#define OFFHEAP_JAVA_STRING_H

#include "vm.h"

/* Where the JVM's classes have what a thread's name is read from; 0: not told. */
struct string_layout {
    uint32_t value_at; /* of java.lang.String */
    uint32_t coder_at; /* 0: there are only UTF-16 units, as in 8 */
    uint32_t bytes_at; /* of the items of byte[] and char[] */
};

void string_layout_read(const struct hotspot *vm, struct string_layout *layout);

/* A reference in an object, as its address; 0: none, or not read. */
uint64_t java_reference(const struct hotspot *vm, uint64_t object, uint32_t offset);

/* A java.lang.String as UTF-8, cut where `to` ends; empty where it cannot be read. */
void java_string_read(const struct hotspot *vm, const struct string_layout *layout, uint64_t string, char *to,
                      size_t bytes);

#endif
