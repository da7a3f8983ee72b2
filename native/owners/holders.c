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
    near_levels = 8,
    referent_reach = 64, /* bytes from a Reference's start: its own fields */
    first_found = 1024,
    found_limit = 1 << 25,
};

/* One reading of the heap: references to the objects that are sought. */
struct reading {
    struct climb *climb;
    struct hotspot_oops oops;
    bool is_plain; /* a stored word of 8 bytes is an address */
};

static bool has_bit(const uint64_t *bits, uint32_t object) {
    return (bits[object / 64] >> (object % 64) & 1) != 0;
}

static void set_bit(uint64_t *bits, uint32_t object) {
    bits[object / 64] |= UINT64_C(1) << (object % 64);
}

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
        if (number != no_object && has_bit(reading->climb->are_sought, number)) {
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

bool climb_begin(const struct target *target, struct hotspot *vm, const struct root_words *roots, const uint64_t *base,
                 size_t base_count, struct climb *climb) {
    struct hotspot_space reserved[hotspot_reserved_most];
    size_t count = hotspot_reserved(vm, reserved, hotspot_reserved_most);
    uint64_t first = UINT64_MAX;
    uint64_t end = 0;
    memset(climb, 0, sizeof *climb);
    climb->target = target;
    climb->vm = vm;
    climb->roots = roots;
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
    free(climb->guards);
    free(climb->are_rooted);
    free(climb->are_static);
    free(climb->are_sought);
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

/* What the Reference `found->holder` refers to; 0: not known, or the field by which it was found is that one. */
static uint64_t referent_of(struct climb *climb, const struct holding *found) {
    struct hotspot_field field;
    struct hotspot_oops oops = hotspot_oops_of(climb->vm);
    for (uint32_t offset = oops.width; offset <= referent_reach; offset += oops.width) {
        if (!hotspot_field_at(climb->vm, found->klass, offset, &field) || strcmp(field.name, "referent") != 0) {
            continue;
        }
        uint64_t word = 0;
        bool is_read = offset != found->offset && hotspot_read(climb->vm, found->holder + offset, &word, oops.width);
        return is_read ? hotspot_oop_address(climb->vm, word) : 0;
    }
    return 0;
}

/* A Cleaner's reference has the object as its action. */
static void guard(struct climb *climb, const struct holding *found) {
    uint64_t referent = found->held < climb->base_count ? referent_of(climb, found) : 0;
    uint32_t guardian = referent == 0 ? no_object : object_set_add(&climb->objects, referent);
    struct guarding *list = guardian == no_object ? NULL
                                                  : list_with_room(climb->guards, climb->guard_count,
                                                                   &climb->guard_capacity, first_found, sizeof *list);
    if (list != NULL) {
        climb->guards = list;
        list[climb->guard_count++] = (struct guarding){found->held, guardian};
    }
}

/* Those that keep an object, or decide about it, are the next level. */
static void rise(struct climb *climb) {
    for (size_t index = 0; index < climb->found_count; index++) {
        const struct holding *found = &climb->found[index];
        if (found->kind == holder_phantom || found->kind == holder_weak || found->kind == holder_final) {
            guard(climb, found);
        } else if (found->kind == holder_strong) {
            uint32_t holder = object_set_add(&climb->objects, found->holder);
            climb->is_cut |= holder == no_object;
            if (holder != no_object) {
                keep(climb, holder, found->held);
            }
        }
    }
}

static bool widen_one(uint64_t **bits, size_t from, size_t to) {
    uint64_t *larger = realloc(*bits, to * sizeof *larger);
    if (larger != NULL) {
        *bits = larger;
        memset(larger + from, 0, (to - from) * sizeof *larger);
    }
    return larger != NULL;
}

/* As many bits as there are objects; what was marked before stays. */
static bool widen(struct climb *climb) {
    size_t from = climb->bit_words;
    size_t to = climb->objects.count / 64 + 1;
    bool is_good = widen_one(&climb->are_rooted, from, to) && widen_one(&climb->are_static, from, to) &&
                   widen_one(&climb->are_sought, from, to);
    climb->bit_words = is_good ? to : from;
    return is_good;
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

/* What an object that is marked keeps is marked. */
static bool spread(struct climb *climb, uint64_t *bits) {
    uint32_t *queue = malloc((climb->objects.count + 1) * sizeof *queue);
    size_t end = 0;
    if (queue == NULL) {
        return false;
    }
    if (climb->kept_count > 0) {
        qsort(climb->kept, climb->kept_count, sizeof *climb->kept, by_holder);
    }
    for (uint32_t object = 0; object < climb->objects.count; object++) {
        if (has_bit(bits, object)) {
            queue[end++] = object;
        }
    }
    for (size_t at = 0; at < end; at++) {
        for (size_t index = kept_from(climb, queue[at]);
             index < climb->kept_count && climb->kept[index].holder == queue[at]; index++) {
            uint32_t held = climb->kept[index].held;
            if (!has_bit(bits, held)) {
                set_bit(bits, held);
                queue[end++] = held;
            }
        }
    }
    free(queue);
    return true;
}

/* Of the new objects those that are not known to be held are sought next. */
static bool choose(struct climb *climb, size_t before) {
    if (!widen(climb)) {
        return false;
    }
    for (size_t index = 0; index < climb->found_count; index++) {
        if (climb->found[index].kind == holder_static) {
            set_bit(climb->are_rooted, climb->found[index].held);
            set_bit(climb->are_static, climb->found[index].held);
        }
    }
    for (uint32_t object = (uint32_t)before; object < climb->objects.count; object++) {
        if (root_words_has(climb->roots, climb->objects.addresses[object])) {
            set_bit(climb->are_rooted, object);
        }
    }
    if (!spread(climb, climb->are_rooted) || !spread(climb, climb->are_static)) {
        return false;
    }
    memset(climb->are_sought, 0, climb->bit_words * sizeof *climb->are_sought);
    for (uint32_t object = (uint32_t)before; object < climb->objects.count; object++) {
        /*
         * Of the base, those that are held may be a Cleaner's all the same. A static field tells people more than the
         * stack of a thread that passes by: it is looked for above what a thread holds, if it is near.
         */
        bool is_near = climb->level < near_levels && !has_bit(climb->are_static, object);
        if (object < climb->base_count || is_near || !has_bit(climb->are_rooted, object)) {
            set_bit(climb->are_sought, object);
        }
    }
    return true;
}

static bool is_anything_sought(const struct climb *climb) {
    for (size_t word = 0; word < climb->bit_words; word++) {
        if (climb->are_sought[word] != 0) {
            return true;
        }
    }
    return false;
}

struct inspect_verdict climb_up(struct climb *climb, uint32_t owner, struct owners_result *result) {
    struct reading reading = {.climb = climb, .oops = hotspot_oops_of(climb->vm)};
    reading.is_plain = hotspot_collector_of(climb->vm) != hotspot_z;
    if (!choose(climb, 0)) {
        return inspect_failure("memory", ENOMEM);
    }
    while (is_anything_sought(climb) && climb->level < level_limit) {
        struct heap_sums sums;
        climb->found_count = 0;
        climb->level++;
        struct inspect_verdict verdict = heap_scan_all(climb->target, climb->vm, take, &reading, &sums);
        if (verdict.status != inspect_ok) {
            return verdict;
        }
        size_t before = climb->objects.count;
        rise(climb);
        if (!choose(climb, before)) {
            return inspect_failure("memory", ENOMEM);
        }
        struct holdings holdings = {climb->found, climb->found_count, climb->level, owner};
        if (!holder_groups_add(climb->target, climb->vm, &holdings, result)) {
            return inspect_failure("memory", ENOMEM);
        }
    }
    climb->is_cut |= is_anything_sought(climb);
    return inspect_good();
}

bool climb_count_rooted(const struct climb *climb, uint64_t *rooted) {
    enum { not_guarded, is_guarded, guardian_lives };
    unsigned char *states = calloc(climb->base_count + 1, sizeof *states);
    *rooted = 0;
    if (states == NULL) {
        return false;
    }
    for (size_t index = 0; index < climb->guard_count; index++) {
        const struct guarding *guarding = &climb->guards[index];
        bool lives = has_bit(climb->are_rooted, guarding->guardian);
        states[guarding->base] = lives || states[guarding->base] == guardian_lives ? guardian_lives : is_guarded;
    }
    for (uint32_t object = 0; object < climb->base_count; object++) {
        bool is_rooted = has_bit(climb->are_rooted, object);
        *rooted += states[object] == not_guarded ? is_rooted : states[object] == guardian_lives;
    }
    free(states);
    return true;
}
