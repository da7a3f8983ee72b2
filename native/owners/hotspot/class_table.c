/* SPDX-License-Identifier: MIT */
#include "class_table.h"

#include "../../inspect/list_room.h"

#include <string.h>

enum { first_capacity = 1024, first_slots = 4096, chunk_bytes = 1 << 16 };

struct text_chunk {
    struct text_chunk *next;
    size_t used;
    char text[chunk_bytes];
};

/* Its place, or that where it would be. */
static uint32_t *slot_of(const struct class_table *table, uint64_t address, uint64_t hash) {
    size_t at = (size_t)(hash >> 20) & (table->slot_count - 1);
    while (table->slots[at] != 0 && table->list[table->slots[at] - 1].address != address) {
        at = (at + 1) & (table->slot_count - 1);
    }
    return &table->slots[at];
}

size_t class_table_look_up(const struct class_table *table, uint64_t address, uint64_t hash) {
    return table->slot_count == 0 ? SIZE_MAX : (size_t)*slot_of(table, address, hash) - 1;
}

/* At most half of the slots are taken. */
static bool make_slots(struct class_table *table) {
    if (table->count * 2 < table->slot_count) {
        return true;
    }
    size_t larger = table->slot_count == 0 ? first_slots : table->slot_count * 2;
    uint32_t *slots = calloc(larger, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = larger;
    for (size_t index = 0; index < table->count; index++) {
        uint64_t address = table->list[index].address;
        *slot_of(table, address, class_hash(address)) = (uint32_t)index + 1;
    }
    return true;
}

static const char *keep_text(struct class_table *table, const char *name, size_t length) {
    struct text_chunk *chunk = table->text;
    if (length >= chunk_bytes) {
        length = chunk_bytes - 1;
    }
    if (chunk == NULL || chunk_bytes - chunk->used <= length) {
        chunk = malloc(sizeof *chunk);
        if (chunk == NULL) {
            return NULL;
        }
        chunk->next = table->text;
        chunk->used = 0;
        table->text = chunk;
    }
    char *kept = chunk->text + chunk->used;
    memcpy(kept, name, length);
    kept[length] = '\0';
    chunk->used += length + 1;
    return kept;
}

bool class_table_add(struct class_table *table, const struct hotspot_class *klass, const char *name, size_t length) {
    uint64_t hash = class_hash(klass->address);
    if (table->count >= classes_most || !make_slots(table) || *slot_of(table, klass->address, hash) != 0) {
        return false;
    }
    struct hotspot_class *list =
        list_with_room(table->list, table->count, &table->capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        return false;
    }
    table->list = list;
    const char *kept = keep_text(table, name, length);
    if (kept == NULL) {
        return false;
    }
    list[table->count] = *klass;
    list[table->count].name = kept;
    table->count++;
    *slot_of(table, klass->address, hash) = (uint32_t)table->count;
    table->filter[(hash >> 47) / 64] |= UINT64_C(1) << ((hash >> 47) % 64);
    table->lowest = table->count == 1 || klass->address < table->lowest ? klass->address : table->lowest;
    table->highest = klass->address > table->highest ? klass->address : table->highest;
    return true;
}

void class_table_free(struct class_table *table) {
    for (struct text_chunk *chunk = table->text; chunk != NULL;) {
        struct text_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(table->list);
    free(table->slots);
    memset(table, 0, sizeof *table);
}
