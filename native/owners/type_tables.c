/* SPDX-License-Identifier: MIT */
#include "type_tables.h"

#include "../inspect/list_room.h"

#include <stdlib.h>
#include <string.h>

enum { slot_count = 1 << 16, table_limit = slot_count / 2, first_tables = 256 };

static bool may_have_tables(const struct mapping *mapping) {
    return !mapping->writable &&
           (mapping->kind == mapping_other || mapping->kind == mapping_program || mapping->kind == mapping_libc);
}

bool type_tables_open(const struct target *target, struct type_tables *tables) {
    memset(tables, 0, sizeof *tables);
    tables->maps = &target->maps;
    tables->first = UINT64_MAX;
    for (size_t index = 0; index < target->maps.count; index++) {
        const struct mapping *mapping = &target->maps.list[index];
        if (may_have_tables(mapping)) {
            tables->first = mapping->start < tables->first ? mapping->start : tables->first;
            tables->end = mapping->end > tables->end ? mapping->end : tables->end;
        }
    }
    tables->first = tables->first > tables->end ? tables->end : tables->first;
    tables->slots = malloc(slot_count * sizeof *tables->slots);
    if (tables->slots == NULL) {
        return false;
    }
    type_tables_begin(tables);
    return true;
}

void type_tables_begin(struct type_tables *tables) {
    memset(tables->slots, 0xff, slot_count * sizeof *tables->slots);
}

void type_tables_close(struct type_tables *tables) {
    free(tables->slots);
    memset(tables, 0, sizeof *tables);
}

static bool is_table(struct type_tables *tables, uint64_t word) {
    if (word % sizeof(uint64_t) != 0 || word - tables->first >= tables->end - tables->first) {
        return false;
    }
    if (tables->last == NULL || word < tables->last->start || word >= tables->last->end) {
        tables->last = proc_maps_find(tables->maps, word);
    }
    return tables->last != NULL && may_have_tables(tables->last);
}

uint32_t type_tables_add(struct type_tables *tables, struct type_list *list, uint64_t word) {
    if (!is_table(tables, word)) {
        return no_kind;
    }
    size_t slot = (size_t)((word * UINT64_C(0x9e3779b97f4a7c15)) >> 48) % slot_count;
    for (; tables->slots[slot] != no_kind; slot = (slot + 1) % slot_count) {
        if (list->list[tables->slots[slot]] == word) {
            return tables->slots[slot];
        }
    }
    uint64_t *larger = list->count == table_limit
                           ? NULL
                           : list_with_room(list->list, list->count, &list->capacity, first_tables, sizeof *larger);
    if (larger == NULL) {
        return no_kind;
    }
    list->list = larger;
    larger[list->count] = word;
    tables->slots[slot] = (uint32_t)list->count;
    return (uint32_t)list->count++;
}
