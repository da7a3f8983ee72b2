/* SPDX-License-Identifier: MIT */
#include "object_set.h"

#include "../inspect/list_room.h"

#include <string.h>

enum { first_slots = 1 << 12, object_limit = 1 << 25, least_page_bits = 12 };
/* 512 MiB, of which few are touched: a page is 4 KiB of 16 TiB, and larger where the views of ZGC lie further apart, as
 * on arm64. */
static const uint64_t page_limit = UINT64_C(1) << 32;

bool object_set_make(uint64_t first, uint64_t end, struct object_set *set) {
    memset(set, 0, sizeof *set);
    if (end < first) {
        return false;
    }
    set->page_bits = least_page_bits;
    while ((end - first) >> set->page_bits >= page_limit) {
        set->page_bits++;
    }
    set->first = first >> set->page_bits << set->page_bits;
    set->end = end;
    set->slot_count = first_slots;
    set->slots = malloc(first_slots * sizeof *set->slots);
    set->pages = calloc((size_t)((end - set->first) >> set->page_bits) / 64 + 1, sizeof *set->pages);
    if (set->slots == NULL || set->pages == NULL) {
        object_set_free(set);
        return false;
    }
    memset(set->slots, 0xff, first_slots * sizeof *set->slots);
    return true;
}

void object_set_free(struct object_set *set) {
    free(set->addresses);
    free(set->slots);
    free(set->pages);
    memset(set, 0, sizeof *set);
}

/* Where the address is, or would be. */
static size_t slot_of(const struct object_set *set, uint64_t address) {
    size_t slot = (size_t)((address >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (set->slot_count - 1);
    while (set->slots[slot] != no_object && set->addresses[set->slots[slot]] != address) {
        slot = (slot + 1) & (set->slot_count - 1);
    }
    return slot;
}

static bool grow(struct object_set *set) {
    uint32_t *slots = malloc(set->slot_count * 2 * sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    free(set->slots);
    set->slots = slots;
    set->slot_count *= 2;
    memset(slots, 0xff, set->slot_count * sizeof *slots);
    for (size_t index = 0; index < set->count; index++) {
        set->slots[slot_of(set, set->addresses[index])] = (uint32_t)index;
    }
    return true;
}

uint32_t object_set_add(struct object_set *set, uint64_t address) {
    size_t slot = slot_of(set, address);
    if (set->slots[slot] != no_object) {
        return set->slots[slot];
    }
    if (address - set->first >= set->end - set->first || set->count == object_limit) {
        return no_object;
    }
    if (set->count * 2 >= set->slot_count) {
        if (!grow(set)) {
            return no_object;
        }
        slot = slot_of(set, address);
    }
    uint64_t *list = list_with_room(set->addresses, set->count, &set->capacity, first_slots, sizeof *list);
    if (list == NULL) {
        return no_object;
    }
    uint64_t page = (address - set->first) >> set->page_bits;
    set->pages[page / 64] |= UINT64_C(1) << (page % 64);
    set->addresses = list;
    list[set->count] = address;
    set->slots[slot] = (uint32_t)set->count;
    return (uint32_t)set->count++;
}

uint32_t object_set_find(const struct object_set *set, uint64_t address) {
    return object_set_may_have(set, address) ? set->slots[slot_of(set, address)] : no_object;
}
