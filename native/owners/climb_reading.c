/* SPDX-License-Identifier: MIT */
#include "climb_reading.h"

#include "../inspect/list_room.h"
#include "climb_marks.h"
#include "heap_scan.h"
#include "hotspot/java_arrays.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    first_found = 1024,
    found_limit = 1 << 25,
    known_fields = 1 << 12,
    stride_words = 256, /* looked at together: most have no reference to what is sought */
    few_sought = 8,     /* so many are compared one by one */
};

/* One reading of the heap: references to the objects that are sought. */
struct reading {
    struct climb *climb;
    struct hotspot_oops oops;
    bool is_plain;     /* a stored word of 8 bytes is an address */
    size_t references; /* class java.lang.ref.Reference; SIZE_MAX: it is not known */
    /* Of the objects that are sought, as references of half a word. */
    size_t sought_count;
    uint32_t sought[few_sought]; /* the last one again in the places that are left */
    uint32_t first;
    uint32_t last;
    struct known_field {
        uint64_t key; /* class and offset; 0: none */
        bool may_refer;
    } known[known_fields];
};

static enum holder_kind kind_of(const struct hotspot *vm, size_t klass) {
    static const enum holder_kind kinds[] = {holder_strong, holder_soft, holder_weak, holder_final, holder_phantom};
    if (hotspot_is_mirror(vm, klass)) {
        return holder_static;
    }
    return kinds[hotspot_class(vm, klass)->reference];
}

/* Of an instance's field that can be named: whether it is a reference. A number may look like one. */
static bool may_refer(struct reading *reading, size_t klass, uint32_t offset) {
    uint64_t key = ((uint64_t)klass + 1) << 32 | offset;
    struct known_field *known = &reading->known[(key * UINT64_C(0x9e3779b97f4a7c15)) >> 52];
    if (known->key != key) {
        struct hotspot_field field;
        bool is_named = hotspot_field_at(reading->climb->vm, klass, offset, &field);
        *known = (struct known_field){key, !is_named || field.is_reference};
    }
    return known->may_refer;
}

/* Of a word of a mirror that is no field of Class: the class that it stands for tells of its static fields. */
static bool may_refer_statically(struct hotspot *vm, const struct heap_window *window,
                                 const struct hotspot_object *mirror, uint32_t offset) {
    struct hotspot_field field;
    if (mirror->at < window->from) {
        return true;
    }
    size_t before = (size_t)(mirror->at - window->from);
    size_t klass = hotspot_mirrored(vm, window->data + before, window->bytes - before);
    return klass == SIZE_MAX || !hotspot_static_at(vm, klass, offset, &field) || field.is_reference;
}

/*
 * What a mirror has as any object of Class has is no static field: its loader, its name. What an entry of a map with
 * weak keys, or of a thread's thread-locals, has beside its key it holds: of the base, though, the key decides, as that
 * may be how its death is noticed (holders.h).
 */
static enum holder_kind kind_of_field(struct reading *reading, const struct hotspot_object *object, uint32_t offset,
                                      uint32_t held) {
    struct hotspot *vm = reading->climb->vm;
    struct hotspot_field field;
    enum holder_kind kind = kind_of(vm, object->klass);
    switch (kind) {
    case holder_static:
        return hotspot_field_at(vm, object->klass, offset, &field) ? holder_strong : kind;
    case holder_weak:
    case holder_soft:
        return held < reading->climb->base_count || reading->references == SIZE_MAX ||
                       hotspot_field_at(vm, reading->references, offset, &field)
                   ? kind
                   : holder_strong;
    default:
        return kind;
    }
}

static size_t class_named(const struct hotspot *vm, const char *name) {
    for (size_t klass = 0; klass < hotspot_class_count(vm); klass++) {
        if (strcmp(hotspot_class(vm, klass)->name, name) == 0) {
            return klass;
        }
    }
    return SIZE_MAX;
}

static void add(struct reading *reading, struct heap_window *window, uint64_t at, uint32_t held) {
    struct climb *climb = reading->climb;
    struct hotspot_object object;
    if (!heap_window_object(window, at, &object) || object.at == climb->objects.addresses[held] ||
        java_is_of_numbers(hotspot_class(climb->vm, object.klass))) {
        return;
    }
    bool is_array = hotspot_class(climb->vm, object.klass)->instance_bytes == 0;
    uint32_t offset = is_array ? 0 : (uint32_t)(at - object.at);
    if (!is_array && !may_refer(reading, object.klass, offset)) {
        return;
    }
    if (hotspot_is_mirror(climb->vm, object.klass) && !may_refer_statically(climb->vm, window, &object, offset)) {
        return;
    }
    struct holding *list =
        climb->found_count == found_limit
            ? NULL
            : list_with_room(climb->found, climb->found_count, &climb->found_capacity, first_found, sizeof *list);
    if (list == NULL) {
        climb->is_short = true;
        return;
    }
    climb->found = list;
    list[climb->found_count++] = (struct holding){object.at, held, (uint32_t)object.klass, offset,
                                                  kind_of_field(reading, &object, offset, held)};
}

static void look(struct reading *reading, struct heap_window *window, uint64_t at, uint64_t address) {
    const struct object_set *objects = &reading->climb->objects;
    if (object_set_may_have(objects, address)) {
        uint32_t number = object_set_find(objects, address);
        if (number != no_object && climb_has_bit(reading->climb->are_sought, number)) {
            add(reading, window, at, number);
        }
    }
}

/*
 * Whether some of these references may be of what is sought. There is no branch in the loops, so that the compiler
 * takes several references at once.
 */
static bool may_have_sought(const struct reading *reading, const unsigned char *data, size_t words) {
    const uint32_t *sought = reading->sought;
    const uint32_t first = reading->first;
    const uint32_t span = reading->last - first;
    const bool are_few = reading->sought_count <= few_sought;
    const bool are_two = reading->sought_count <= 2;
    unsigned found = 0;
    for (size_t index = 0; are_two && index < words; index++) {
        uint32_t word;
        memcpy(&word, data + index * sizeof word, sizeof word);
        found |= (unsigned)(word == sought[0]) | (unsigned)(word == sought[1]);
    }
    for (size_t index = 0; are_few && !are_two && index < words; index++) {
        uint32_t word;
        memcpy(&word, data + index * sizeof word, sizeof word);
        found |= (unsigned)(word == sought[0]) | (unsigned)(word == sought[1]) | (unsigned)(word == sought[2]) |
                 (unsigned)(word == sought[3]) | (unsigned)(word == sought[4]) | (unsigned)(word == sought[5]) |
                 (unsigned)(word == sought[6]) | (unsigned)(word == sought[7]);
    }
    for (size_t index = 0; !are_few && index < words; index++) {
        uint32_t word;
        memcpy(&word, data + index * sizeof word, sizeof word);
        found |= word - first <= span;
    }
    return found != 0;
}

static void take_narrow(struct reading *reading, struct heap_window *window) {
    const struct hotspot_oops oops = reading->oops;
    const size_t words = window->bytes / sizeof(uint32_t);
    for (size_t begin = 0; begin < words; begin += stride_words) {
        size_t end = words - begin < stride_words ? words : begin + stride_words;
        if (!may_have_sought(reading, window->data + begin * sizeof(uint32_t), end - begin)) {
            continue;
        }
        for (size_t at = begin * sizeof(uint32_t); at < end * sizeof(uint32_t); at += sizeof(uint32_t)) {
            uint32_t word;
            memcpy(&word, window->data + at, sizeof word);
            look(reading, window, window->from + at, oops.base + ((uint64_t)word << oops.shift));
        }
    }
}

static bool take(void *to, struct heap_window *window) {
    struct reading *reading = to;
    if (reading->oops.width == sizeof(uint32_t)) {
        take_narrow(reading, window);
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

static void list_sought(struct reading *reading) {
    const struct climb *climb = reading->climb;
    reading->first = UINT32_MAX;
    for (uint32_t object = 0; object < climb->objects.count; object++) {
        if (!climb_has_bit(climb->are_sought, object)) {
            continue;
        }
        uint32_t word = (uint32_t)((climb->objects.addresses[object] - reading->oops.base) >> reading->oops.shift);
        for (size_t index = reading->sought_count; index < few_sought; index++) {
            reading->sought[index] = word;
        }
        reading->sought_count++;
        reading->first = word < reading->first ? word : reading->first;
        reading->last = word > reading->last ? word : reading->last;
    }
}

struct inspect_verdict climb_read(struct climb *climb) {
    struct heap_sums sums;
    struct reading *reading = calloc(1, sizeof *reading);
    if (reading == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    reading->climb = climb;
    reading->oops = hotspot_oops_of(climb->vm);
    reading->references = class_named(climb->vm, "java.lang.ref.Reference");
    reading->is_plain = hotspot_collector_of(climb->vm) != hotspot_z;
    climb->found_count = 0;
    if (reading->oops.width == sizeof(uint32_t)) {
        list_sought(reading);
    }
    struct inspect_verdict verdict = heap_scan_all(climb->target, climb->vm, take, reading, &sums);
    free(reading);
    return verdict;
}
