/* SPDX-License-Identifier: MIT */
#include "holders.h"

#include "../inspect/list_room.h"
#include "heap_scan.h"
#include "java_arrays.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    level_limit = 24, /* of readings of the heap: a tree of 16 million is as high */
    first_found = 1024,
    found_limit = 1 << 25,
};

/* One reading of the heap: references to the objects of one level, whose numbers are [from, to). */
struct reading {
    struct climb *climb;
    struct hotspot_oops oops;
    bool is_plain; /* a stored word of 8 bytes is an address */
    uint32_t from;
    uint32_t to;
};

static enum holder_kind kind_of(const struct hotspot *vm, size_t klass) {
    static const enum holder_kind kinds[] = {holder_strong, holder_soft, holder_weak, holder_final, holder_phantom};
    if (hotspot_is_mirror(vm, klass)) {
        return holder_static;
    }
    return kinds[hotspot_class(vm, klass)->reference];
}

static void add(struct reading *reading, struct heap_window *window, uint64_t at, uint32_t held) {
    struct climb *climb = reading->climb;
    struct hotspot_object object;
    if (!heap_window_object(window, at, &object) || object.at == climb->objects.addresses[held] ||
        java_is_of_numbers(hotspot_class(climb->vm, object.klass))) {
        return;
    }
    struct holding *list =
        climb->found_count == found_limit
            ? NULL
            : list_with_room(climb->found, climb->found_count, &climb->found_capacity, first_found, sizeof *list);
    if (list == NULL) {
        climb->is_cut = true;
        return;
    }
    climb->found = list;
    bool is_array = hotspot_class(climb->vm, object.klass)->instance_bytes == 0;
    list[climb->found_count++] =
        (struct holding){object.at, held, (uint32_t)object.klass, is_array ? 0 : (uint32_t)(at - object.at),
                         kind_of(climb->vm, object.klass)};
}

static void look(struct reading *reading, struct heap_window *window, uint64_t at, uint64_t address) {
    const struct object_set *objects = &reading->climb->objects;
    if (object_set_may_have(objects, address)) {
        uint32_t number = object_set_find(objects, address);
        if (number >= reading->from && number < reading->to) {
            add(reading, window, at, number);
        }
    }
}

static bool take(void *to, struct heap_window *window) {
    struct reading *reading = to;
    if (reading->oops.width == sizeof(uint32_t)) {
        for (size_t at = 0; at + sizeof(uint32_t) <= window->bytes; at += sizeof(uint32_t)) {
            uint32_t word;
            memcpy(&word, window->data + at, sizeof word);
            look(reading, window, window->from + at, reading->oops.base + ((uint64_t)word << reading->oops.shift));
        }
        return true;
    }
    for (size_t at = 0; at + sizeof(uint64_t) <= window->bytes; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, window->data + at, sizeof word);
        uint64_t address = reading->is_plain ? word : hotspot_oop_address(reading->climb->vm, word);
        look(reading, window, window->from + at, address);
    }
    return true;
}

bool climb_begin(const struct target *target, struct hotspot *vm, const uint64_t *base, size_t base_count,
                 struct climb *climb) {
    struct hotspot_space reserved[hotspot_reserved_most];
    size_t count = hotspot_reserved(vm, reserved, hotspot_reserved_most);
    uint64_t first = UINT64_MAX;
    uint64_t end = 0;
    memset(climb, 0, sizeof *climb);
    climb->target = target;
    climb->vm = vm;
    for (size_t index = 0; index < count; index++) {
        first = reserved[index].bottom < first ? reserved[index].bottom : first;
        end = reserved[index].top > end ? reserved[index].top : end;
    }
    if (!object_set_make(first, end, &climb->objects)) {
        return false;
    }
    for (size_t index = 0; index < base_count; index++) {
        climb->is_cut |= object_set_add(&climb->objects, base[index]) == no_object;
    }
    climb->base_count = climb->objects.count;
    return true;
}

void climb_free(struct climb *climb) {
    object_set_free(&climb->objects);
    free(climb->found);
    free(climb->kept);
    free(climb->are_rooted);
    memset(climb, 0, sizeof *climb);
}

static void keep(struct climb *climb, uint32_t holder, uint32_t held) {
    struct keeping *list =
        list_with_room(climb->kept, climb->kept_count, &climb->kept_capacity, first_found, sizeof *list);
    if (list == NULL) {
        climb->is_cut = true;
        return;
    }
    climb->kept = list;
    list[climb->kept_count++] = (struct keeping){holder, held};
}

/* Those that keep an object are the next level. */
static void rise(struct climb *climb) {
    for (size_t index = 0; index < climb->found_count; index++) {
        const struct holding *found = &climb->found[index];
        if (found->kind == holder_strong) {
            uint32_t holder = object_set_add(&climb->objects, found->holder);
            climb->is_cut |= holder == no_object;
            if (holder != no_object) {
                keep(climb, holder, found->held);
            }
        }
    }
}

/* As long as objects were added; what was marked before stays. */
static bool widen_roots(struct climb *climb, size_t before) {
    size_t words = climb->objects.count / 64 + 1;
    size_t had = climb->are_rooted == NULL ? 0 : before / 64 + 1;
    uint64_t *larger = realloc(climb->are_rooted, words * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    memset(larger + had, 0, (words - had) * sizeof *larger);
    climb->are_rooted = larger;
    return true;
}

void climb_root(struct climb *climb, uint32_t object) {
    climb->are_rooted[object / 64] |= UINT64_C(1) << (object % 64);
}

static bool is_rooted(const struct climb *climb, uint32_t object) {
    return (climb->are_rooted[object / 64] >> (object % 64) & 1) != 0;
}

struct inspect_verdict climb_up(struct climb *climb, uint32_t owner, struct owners_result *result) {
    struct reading reading = {.climb = climb, .oops = hotspot_oops_of(climb->vm)};
    struct inspect_verdict verdict = inspect_good();
    reading.is_plain = hotspot_collector_of(climb->vm) != hotspot_z;
    reading.to = (uint32_t)climb->objects.count;
    if (!widen_roots(climb, 0)) {
        return inspect_failure("memory", ENOMEM);
    }
    while (reading.from < reading.to && climb->level < level_limit) {
        struct heap_sums sums;
        climb->found_count = 0;
        climb->level++;
        verdict = heap_scan_all(climb->target, climb->vm, take, &reading, &sums);
        if (verdict.status != inspect_ok) {
            return verdict;
        }
        size_t before = climb->objects.count;
        rise(climb);
        struct holdings holdings = {climb->found, climb->found_count, climb->level, owner};
        if (!widen_roots(climb, before) || !holder_groups_add(climb->target, climb->vm, &holdings, result)) {
            return inspect_failure("memory", ENOMEM);
        }
        for (size_t index = 0; index < climb->found_count; index++) {
            if (climb->found[index].kind == holder_static) {
                climb_root(climb, climb->found[index].held);
            }
        }
        reading.from = reading.to;
        reading.to = (uint32_t)climb->objects.count;
    }
    climb->is_cut |= reading.from < reading.to;
    return verdict;
}

static int by_holder(const void *left, const void *right) {
    const struct keeping *one = left;
    const struct keeping *other = right;
    return (one->holder > other->holder) - (one->holder < other->holder);
}

/* The first that this holder has. */
static size_t kept_from(const struct climb *climb, uint32_t holder) {
    size_t from = 0;
    size_t to = climb->kept_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (climb->kept[middle].holder < holder) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

bool climb_count_rooted(struct climb *climb, uint64_t *rooted) {
    uint32_t *queue = malloc((climb->objects.count + 1) * sizeof *queue);
    size_t end = 0;
    *rooted = 0;
    if (queue == NULL) {
        return false;
    }
    if (climb->kept_count > 0) {
        qsort(climb->kept, climb->kept_count, sizeof *climb->kept, by_holder);
    }
    for (uint32_t object = 0; object < climb->objects.count; object++) {
        if (is_rooted(climb, object)) {
            queue[end++] = object;
        }
    }
    for (size_t at = 0; at < end; at++) {
        for (size_t index = kept_from(climb, queue[at]);
             index < climb->kept_count && climb->kept[index].holder == queue[at]; index++) {
            uint32_t held = climb->kept[index].held;
            if (!is_rooted(climb, held)) {
                climb_root(climb, held);
                queue[end++] = held;
            }
        }
    }
    for (uint32_t object = 0; object < climb->base_count; object++) {
        *rooted += is_rooted(climb, object);
    }
    free(queue);
    return true;
}
