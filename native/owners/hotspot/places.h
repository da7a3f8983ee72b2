/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PLACES_H
#define OFFHEAP_PLACES_H

#include "vm.h"

struct place_list {
    struct hotspot_place *list;
    size_t count;
    size_t capacity;
    bool is_short; /* there was no memory for more, or there were too many */
};

/* Leaves out what is empty, no range of pages, or of another address space. */
void place_list_add(struct place_list *places, enum hotspot_place_kind kind, uint64_t start, uint64_t end);

/* A range of addresses; both are 0: none. */
struct place_bounds {
    uint64_t start;
    uint64_t end;
};

/* What is reserved for a VirtualSpace (memory/virtualspace.hpp): none where its four bounds are not in order. */
struct place_bounds place_of_virtual_space(const struct hotspot *vm, uint64_t at);

/* A MemRegion at that address (memory/memRegion.hpp); none where it cannot be read. */
struct place_bounds place_of_region(const struct hotspot *vm, uint64_t at);

/* The Java heap; none where it is not one range. */
struct place_bounds place_of_heap(const struct hotspot *vm);

/* Names of a table of cards: as JDK 8 and 9 have it, and as 10 and later. */
struct card_table_names {
    const char *whole;
    const char *map;
    const char *bytes;
};
extern const struct card_table_names card_table_later;

/* The cards of the table at that address; none where it is no table of cards, or of another heap than the JVM's. */
struct place_bounds place_of_cards(const struct hotspot *vm, uint64_t table, const struct card_table_names *names);

/* Whether `bytes` are what a table of `wanted` is given, in whole pages of any size and with one of them for a guard.
 */
bool place_is_table(uint64_t bytes, uint64_t wanted);

/* Tables of each collector. pre: reserved_read() */
void places_add_generations(const struct hotspot *vm, struct place_list *places);
void places_add_shenandoah(const struct hotspot *vm, struct place_list *places);
void places_add_g1(const struct hotspot *vm, uint64_t card_table, struct place_list *places);

/* What structures have that a static variable of the JVM points to: metaspace, and tables of the parallel collector. */
void places_add_static(const struct hotspot *vm, struct place_list *places);

#endif
