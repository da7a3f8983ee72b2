/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_ADDRESS_SET_H
#define OFFHEAP_ADDRESS_SET_H

/* A set of addresses that is filled first and then asked, mostly in order of address. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address_set {
    uint64_t *list;
    size_t count;
    size_t capacity;
};

/* False: there is no memory. */
bool address_set_add(struct address_set *set, uint64_t address);
/* After the last was added; before the first is asked for. Removes what is there twice. */
void address_set_sort(struct address_set *set);
void address_set_free(struct address_set *set);

/*
 * Whether the set has the address. *place is where the search goes on, 0 at first: where each address is higher than
 * the one before, all of them together cost one pass.
 */
bool address_set_has(const struct address_set *set, size_t *place, uint64_t address);

#endif
