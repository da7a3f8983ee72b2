/* SPDX-License-Identifier: MIT */
#include "places.h"

#include "../../inspect/list_room.h"
#include "../../inspect/user_address.h"
#include "spaces.h"

#include <errno.h>

enum { first_capacity = 64, places_most = 1 << 16 };
static const uint64_t least_page_bytes = 4096; /* no page is smaller */
static const uint64_t largest_page_bytes = 2 << 20;
static const uint64_t word_bytes = 8;
static const uint64_t bytes_a_card = 512;

void place_list_add(struct place_list *places, enum hotspot_place_kind kind, uint64_t start, uint64_t end) {
    if (start == 0 || start >= end || end > user_address_end || start % least_page_bytes != 0 ||
        end % least_page_bytes != 0) {
        return;
    }
    struct hotspot_place *list =
        places->count == places_most
            ? NULL
            : list_with_room(places->list, places->count, &places->capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        places->is_short = true;
        return;
    }
    places->list = list;
    list[places->count++] = (struct hotspot_place){start, end, kind};
}

struct place_bounds place_of_virtual_space(const struct hotspot *vm, uint64_t at) {
    static const char *const names[] = {"VirtualSpace::_low_boundary", "VirtualSpace::_low", "VirtualSpace::_high",
                                        "VirtualSpace::_high_boundary"};
    uint64_t bounds[4];
    for (size_t index = 0; index < 4; index++) {
        if (!vm_read_word(vm->memory, at, vm_offset(vm->tables, names[index]), &bounds[index]) ||
            (index > 0 && bounds[index] < bounds[index - 1])) {
            return (struct place_bounds){0, 0};
        }
    }
    return (struct place_bounds){bounds[0], bounds[3]};
}

struct place_bounds place_of_region(const struct hotspot *vm, uint64_t at) {
    uint64_t start;
    uint64_t words;
    bool is_read = vm_read_word(vm->memory, at, vm_offset(vm->tables, "MemRegion::_start"), &start) &&
                   vm_read_word(vm->memory, at, vm_offset(vm->tables, "MemRegion::_word_size"), &words) &&
                   start < user_address_end && words < user_address_end / word_bytes;
    return is_read ? (struct place_bounds){start, start + words * word_bytes} : (struct place_bounds){0, 0};
}

struct place_bounds place_of_heap(const struct hotspot *vm) {
    return vm->reserved_count == 1 ? (struct place_bounds){vm->reserved[0].bottom, vm->reserved[0].top}
                                   : (struct place_bounds){0, 0};
}

bool place_is_table(uint64_t bytes, uint64_t wanted) {
    return bytes >= wanted && bytes - wanted <= 2 * largest_page_bytes;
}

const struct card_table_names card_table_later = {"CardTable::_whole_heap", "CardTable::_byte_map",
                                                  "CardTable::_byte_map_size"};

struct place_bounds place_of_cards(const struct hotspot *vm, uint64_t table, const struct card_table_names *names) {
    struct place_bounds heap = place_of_heap(vm);
    uint64_t map;
    uint64_t bytes;
    struct place_bounds whole = place_of_region(vm, table + vm_offset(vm->tables, names->whole));
    bool is_table = heap.end != 0 && whole.start == heap.start && whole.end == heap.end &&
                    vm_read_word(vm->memory, table, vm_offset(vm->tables, names->map), &map) &&
                    vm_read_word(vm->memory, table, vm_offset(vm->tables, names->bytes), &bytes) &&
                    map < user_address_end && place_is_table(bytes, (heap.end - heap.start) / bytes_a_card);
    return is_table ? (struct place_bounds){map, map + bytes} : (struct place_bounds){0, 0};
}

/* Where they begin; 0: what is there is no table of cards. */
static uint64_t add_cards_at(const struct hotspot *vm, uint64_t table, const struct card_table_names *names,
                             struct place_list *places) {
    struct place_bounds cards = place_of_cards(vm, table, names);
    place_list_add(places, hotspot_place_gc, cards.start, cards.end);
    return cards.start;
}

/*
 * CollectedHeap::_barrier_set, which is a CardTableModRefBS (memory/cardTableModRefBS.hpp), or
 * BarrierSet::_barrier_set, which has a CardTable (gc/shared/cardTable.hpp). Where the cards begin; 0: not told.
 */
static uint64_t add_card_table(const struct hotspot *vm, struct place_list *places) {
    static const struct card_table_names old = {"CardTableModRefBS::_whole_heap", "CardTableModRefBS::_byte_map",
                                                "CardTableModRefBS::_byte_map_size"};
    uint64_t set = vm_static_word(vm->tables, vm->memory, "BarrierSet::_barrier_set");
    uint64_t table;
    if (vm_offset(vm->tables, old.whole) != vm_absent &&
        vm_read_word(vm->memory, spaces_heap(vm), vm_offset(vm->tables, "CollectedHeap::_barrier_set"), &set)) {
        return add_cards_at(vm, set, &old, places);
    }
    bool has_table = vm_offset(vm->tables, card_table_later.whole) != vm_absent &&
                     vm->collector != hotspot_shenandoah &&
                     vm_read_word(vm->memory, set, vm_offset(vm->tables, "CardTableBarrierSet::_card_table"), &table);
    return has_table ? add_cards_at(vm, table, &card_table_later, places) : 0;
}

/* CodeCache::_heap → CodeHeap::_memory and _segmap (memory/heap.hpp). From 9 on there are several, and VM.info tells.
 */
static void add_code(const struct hotspot *vm, struct place_list *places) {
    static const char *const names[] = {"CodeHeap::_memory", "CodeHeap::_segmap"};
    uint64_t heap = vm_static_word(vm->tables, vm->memory, "CodeCache::_heap");
    for (size_t index = 0; heap != 0 && index < sizeof names / sizeof names[0]; index++) {
        uint64_t at = vm_offset(vm->tables, names[index]);
        if (at != vm_absent) {
            struct place_bounds bounds = place_of_virtual_space(vm, heap + at);
            place_list_add(places, hotspot_place_code, bounds.start, bounds.end);
        }
    }
}

static int compare(const void *left, const void *right) {
    uint64_t a = ((const struct hotspot_place *)left)->start;
    uint64_t b = ((const struct hotspot_place *)right)->start;
    return (a > b) - (a < b);
}

/* What overlaps a lower one is no place: one of the two was read while it changed, or the JVM lies. */
static void sort(struct place_list *places) {
    size_t kept = 0;
    if (places->count > 1) {
        qsort(places->list, places->count, sizeof *places->list, compare);
    }
    for (size_t index = 0; index < places->count; index++) {
        if (kept == 0 || places->list[index].start >= places->list[kept - 1].end) {
            places->list[kept++] = places->list[index];
        }
    }
    places->count = kept;
}

struct inspect_verdict hotspot_places(struct hotspot *vm, struct hotspot_place **list, size_t *count) {
    struct place_list places = {.list = *list};
    struct place_bounds heap = place_of_heap(vm);
    if (vm->collector != hotspot_z) {
        place_list_add(&places, hotspot_place_heap, heap.start, heap.end);
        uint64_t card_table = add_card_table(vm, &places);
        add_code(vm, &places);
        places_add_generations(vm, &places);
        places_add_g1(vm, card_table, &places);
        places_add_shenandoah(vm, &places);
        places_add_static(vm, &places);
        sort(&places);
    }
    *list = places.list;
    *count = places.count;
    if (places.is_short) {
        return inspect_failure("memory", ENOMEM);
    }
    return deadline_verdict(vm->target->deadline, "reading where the JVM has its memory");
}
