/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_LIST_ROOM_H
#define OFFHEAP_LIST_ROOM_H

#include <stddef.h>
#include <stdlib.h>

/*
 * A list of `count` items with room for one more: the list itself, or where it is full one of twice the capacity,
 * `first` at the beginning, in its place. NULL where there is no memory: then the list is as it was.
 */
static inline void *list_with_room(void *list, size_t count, size_t *capacity, size_t first, size_t item_bytes) {
    if (count < *capacity) {
        return list;
    }
    size_t larger = *capacity == 0 ? first : *capacity * 2;
    void *grown = realloc(list, larger * item_bytes);
    if (grown != NULL) {
        *capacity = larger;
    }
    return grown;
}

#endif
