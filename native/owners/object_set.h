/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OBJECT_SET_H
#define OFFHEAP_OBJECT_SET_H

/* Objects by address, numbered in the order in which they came. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static const uint32_t no_object = UINT32_MAX;

struct object_set {
    uint64_t *addresses; /* by number */
    size_t count;
    size_t capacity;
    uint32_t *slots; /* a hash table of numbers; twice as long as there are objects at least */
    size_t slot_count;
    uint64_t *pages;    /* a bit for each page between the bounds that has an object */
    unsigned page_bits; /* of the size of a page */
    uint64_t first;     /* bounds, of pages */
    uint64_t end;
};

/* Of objects in [first, end). False: there is no memory, or they are in no order. */
bool object_set_make(uint64_t first, uint64_t end, struct object_set *set);
void object_set_free(struct object_set *set);

/* Its number; no_object: there is no room. */
uint32_t object_set_add(struct object_set *set, uint64_t address);
/* no_object: it is none of them. */
uint32_t object_set_find(const struct object_set *set, uint64_t address);

/* A quick look whether it may be one of them. */
static inline bool object_set_may_have(const struct object_set *set, uint64_t address) {
    uint64_t page = (address - set->first) >> set->page_bits;
    return address - set->first < set->end - set->first && (set->pages[page / 64] >> (page % 64) & 1) != 0;
}

#endif
