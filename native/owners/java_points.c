/* SPDX-License-Identifier: MIT */
#include "java_points.h"

#include "../inspect/list_room.h"
#include "hotspot/java_arrays.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    first_points = 1024,
    point_limit = 1 << 24, /* objects with an address: 0.8 GiB of this process's memory */
    alignment = 8,         /* of whatever an allocator gives out */
};

struct point {
    uint64_t address;
    struct java_hit hit;
};

struct search {
    struct hotspot *vm;
    const struct memory_range *ranges;
    size_t range_count;
    struct point *list;
    size_t count;
    size_t capacity;
    struct java_hits *hits; /* its sums */
    struct java_hits_seen seen;
};

static bool is_in_ranges(const struct search *search, uint64_t address) {
    size_t low = 0;
    size_t high = search->range_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (search->ranges[middle].end <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < search->range_count && address >= search->ranges[low].start;
}

/* Two references of half a word each look like an address now and then. An object's first word is the JVM's. */
static bool may_hold(const struct search *search, const struct hotspot_object *object) {
    const struct hotspot_class *klass = hotspot_class(search->vm, object->klass);
    return java_may_hold_addresses(klass) && !java_is_of_references(klass);
}

static void add(struct search *search, const struct hotspot_object *object, uint64_t at, uint64_t address,
                bool is_late) {
    struct point *list = search->count == point_limit ? NULL
                                                      : list_with_room(search->list, search->count, &search->capacity,
                                                                       first_points, sizeof *list);
    if (list == NULL) {
        search->hits->missing++;
        return;
    }
    search->seen.moving |= object->is_moving;
    search->seen.late |= is_late;
    search->list = list;
    list[search->count++] = (struct point){address,
                                           {.object = object->at,
                                            .klass = (uint32_t)object->klass,
                                            .offset = (uint32_t)(at - object->at),
                                            .is_exact = true,
                                            .is_moving = object->is_moving,
                                            .is_late = is_late}};
}

static bool take(void *to, struct heap_window *window) {
    struct search *search = to;
    const uint64_t first = search->ranges[0].start;
    const uint64_t end = search->ranges[search->range_count - 1].end;
    for (size_t at = 0; at + sizeof(uint64_t) <= window->bytes; at += sizeof(uint64_t)) {
        uint64_t word;
        struct hotspot_object object;
        memcpy(&word, window->data + at, sizeof word);
        if (word - first >= end - first || word % alignment != 0 || !is_in_ranges(search, word)) {
            continue;
        }
        if (!heap_window_object(window, window->from + at, &object)) {
            search->hits->no_object++;
        } else if (window->from + at != object.at && may_hold(search, &object)) {
            add(search, &object, window->from + at, word, window->is_late);
        }
    }
    return true;
}

static int by_address(const void *left, const void *right) {
    const struct point *one = left;
    const struct point *other = right;
    return (one->address > other->address) - (one->address < other->address);
}

/* Numbers the addresses; hits->list has the points then. False: there is no memory. */
static bool number(struct search *search, size_t *addresses) {
    struct java_hits *hits = search->hits;
    *addresses = 0;
    hits->list = malloc((search->count + 1) * sizeof *hits->list);
    if (hits->list == NULL) {
        return false;
    }
    if (search->count > 0) {
        qsort(search->list, search->count, sizeof *search->list, by_address);
    }
    for (size_t index = 0; index < search->count; index++) {
        bool is_next = index == 0 || search->list[index].address != search->list[index - 1].address;
        *addresses += is_next;
        search->list[index].hit.block = (uint32_t)(*addresses - 1);
        hits->list[hits->count++] = search->list[index].hit;
    }
    hits->capacity = search->count + 1;
    return true;
}

/* Where a field can be named it tells whether it holds a reference, which is no address of memory. */
static bool is_reference(const struct hotspot_field *field) {
    return field->is_reference;
}

struct inspect_verdict java_points_find(const struct target *target, struct hotspot *vm,
                                        const struct memory_range *ranges, size_t range_count, struct java_hits *hits,
                                        size_t *addresses) {
    struct search search = {.vm = vm, .ranges = ranges, .range_count = range_count, .hits = hits};
    memset(hits, 0, sizeof *hits);
    *addresses = 0;
    if (range_count == 0) {
        return inspect_good();
    }
    struct inspect_verdict verdict = heap_scan_moving(target, vm, take, &search, &hits->heap);
    if (verdict.status == inspect_ok && !number(&search, addresses)) {
        verdict = inspect_failure("memory", ENOMEM);
    }
    free(search.list);
    if (verdict.status == inspect_ok) {
        java_hits_arrange(vm, search.seen, hits);
        java_hits_drop(vm, is_reference, hits);
    } else {
        java_hits_free(hits);
    }
    return verdict;
}
