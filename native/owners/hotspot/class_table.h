/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CLASS_TABLE_H
#define OFFHEAP_CLASS_TABLE_H

/* Classes by index and by the address of their Klass, and their names. */

#include "hotspot.h"

enum { classes_most = 1 << 21, filter_bits = 1 << 17 };

struct text_chunk;

struct class_table {
    struct hotspot_class *list;
    size_t count;
    size_t capacity;
    uint32_t *slots; /* index + 1; 0: none */
    size_t slot_count;
    uint64_t lowest; /* of the addresses */
    uint64_t highest;
    uint64_t filter[filter_bits / 64]; /* a bit for each address by its hash: most of what is asked for is no class */
    struct text_chunk *text;
};

/* Takes a class whose name is `length` bytes at `name`, which are copied. False: it is there already, or no memory. */
bool class_table_add(struct class_table *table, const struct hotspot_class *klass, const char *name, size_t length);
void class_table_free(struct class_table *table);

static inline uint64_t class_hash(uint64_t address) {
    return (address >> 3) * UINT64_C(0x9e3779b97f4a7c15);
}

size_t class_table_look_up(const struct class_table *table, uint64_t address, uint64_t hash);

/* SIZE_MAX: none. */
static inline size_t class_table_find(const struct class_table *table, uint64_t address) {
    if (address < table->lowest || address > table->highest) {
        return SIZE_MAX;
    }
    uint64_t hash = class_hash(address);
    uint64_t bit = hash >> 47;
    return (table->filter[bit / 64] >> (bit % 64) & 1) == 0 ? SIZE_MAX : class_table_look_up(table, address, hash);
}

#endif
