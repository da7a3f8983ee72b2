/* SPDX-License-Identifier: MIT */
#include "object_header.h"

#include "java_arrays.h"
#include "reserved.h"

#include <string.h>

enum {
    header_bytes = 16,
    steps_most = 1 << 24, /* words gone back at most: an array of 128 MiB */
    doubtful_most = 128,  /* words gone back behind a header that may be none */
    further_most = 4096,  /* and behind one after which no object follows */
    followers = 3         /* objects that follow one another are none by chance */
};

struct search {
    const struct hotspot *vm;
    const unsigned char *data;
    uint64_t from;
    size_t bytes;
    uint64_t limit; /* no object goes on behind it */
};

/*
 * Hardly anybody locks an array, and a native address with a number behind it looks like one that is locked, and has
 * any length: all that lies behind it would be in it. So it has to end where another object begins, or the memory ends.
 */
static bool may_be_locked(const struct search *search, uint64_t at, size_t klass, uint64_t length) {
    uint64_t end = at + length;
    uint64_t limit = search->from + search->bytes;
    size_t next;
    if (search->vm->classes.list[klass].layout_helper >= 0 || end == limit || end == search->limit) {
        return true;
    }
    return end < limit && limit - end >= header_bytes &&
           object_header_read(search->vm, search->data + (end - search->from), (size_t)(limit - end), &next) !=
               header_none;
}

enum { array_header_most = 24 };

/* Whether a stored reference may be one: to nothing, or into the heap. */
static bool may_refer(const struct hotspot *vm, uint64_t stored) {
    return stored == 0 || reserved_has(vm, hotspot_oop_address(vm, stored));
}

/*
 * An array of references holds references where the hit is, or what looked like its header is none. Else one such
 * header with a great number behind it would have all that follows. What is behind the last element, at most an
 * alignment, may be anything; so may be what ZGC makes of nothing.
 */
static bool may_hold(const struct search *search, const struct hotspot_object *object, uint64_t hit) {
    const struct hotspot *vm = search->vm;
    int32_t helper = vm->classes.list[object->klass].layout_helper;
    bool is_element = hit - object->at >= array_header_most && object->at + object->bytes - hit > vm->layout.alignment;
    if (helper >= 0 || helper >> layout_tag_shift == layout_tag_numbers || !is_element || vm->collector == hotspot_z) {
        return true;
    }
    uint64_t word;
    memcpy(&word, search->data + (hit - search->from), sizeof word);
    return vm->layout.oops.width == sizeof word ? may_refer(vm, word)
                                                : may_refer(vm, word & UINT32_MAX) && may_refer(vm, word >> 32);
}

/* What is at `at`, and whether it goes on to the hit. */
static enum header_proof probe(const struct search *search, uint64_t at, uint64_t hit, struct hotspot_object *object) {
    const unsigned char *bytes = search->data + (at - search->from);
    size_t rest = search->bytes - (size_t)(at - search->from);
    size_t klass;
    if (rest < header_bytes) {
        return header_none;
    }
    enum header_proof proof = object_header_read(search->vm, bytes, rest, &klass);
    if (proof == header_none) {
        return header_none;
    }
    uint64_t length = object_bytes(search->vm, bytes, rest, klass);
    bool is_cut = length <= hit - at || (search->limit > at && length > search->limit - at);
    if (is_cut || (proof == header_weak && !may_be_locked(search, at, klass, length))) {
        return header_none;
    }
    *object = (struct hotspot_object){at, klass, length, proof == header_moved};
    return may_hold(search, object, hit) ? proof : header_none;
}

enum ending { ends_badly, ends_unknown, ends_well };

/*
 * Whether other objects follow, as behind each object that is one: up to the end of its space, or of what was read; and
 * before `end`, if it is not 0.
 */
static enum ending ending_before(const struct search *search, const struct hotspot_object *object, uint64_t end) {
    uint64_t at = object->at + object->bytes;
    uint64_t window_end = search->from + search->bytes;
    for (unsigned follower = 0; follower < followers; follower++) {
        struct hotspot_object next;
        if (end != 0 && at >= end) {
            return ends_unknown;
        }
        if (at == search->limit) {
            return ends_well;
        }
        if (at > window_end || window_end - at < header_bytes) {
            return ends_unknown;
        }
        if (probe(search, at, at, &next) == header_none) {
            return ends_badly;
        }
        at += next.bytes;
    }
    return ends_well;
}

static enum ending ending_of(const struct search *search, const struct hotspot_object *object) {
    return ending_before(search, object, 0);
}

/*
 * Of two headers one is none. It is the outer one where objects follow one another from the inner one on within it, or
 * none follows behind it.
 */
static bool is_none(const struct search *search, const struct hotspot_object *outer,
                    const struct hotspot_object *inner) {
    if (ending_before(search, inner, outer->at + outer->bytes) == ends_well) {
        return true;
    }
    return ending_of(search, outer) != ends_well && ending_of(search, inner) == ends_well;
}

static bool has_klass_at(const struct search *search, uint64_t at) {
    uint64_t word;
    memcpy(&word, search->data + (at - search->from), sizeof word);
    return class_table_find(&search->vm->classes, word) != SIZE_MAX;
}

/*
 * A mirror has the addresses of Klasses in its fields: what looks like a header there, the word before one and the
 * address, is in that mirror, which begins at `least` or behind it.
 */
static enum header_proof prefer_mirror(const struct search *search, uint64_t hit, uint64_t least,
                                       enum header_proof proof, struct hotspot_object *object) {
    const struct object_layout *layout = &search->vm->layout;
    int32_t places[] = {layout->mirror_klass_at, layout->mirror_array_klass_at};
    for (size_t index = 0; index < 2; index++) {
        uint64_t before = (uint64_t)places[index] - 8;
        struct hotspot_object mirror;
        if (places[index] <= 8 || object->at - least < before || !has_klass_at(search, object->at + 8)) {
            continue;
        }
        enum header_proof other = probe(search, object->at - before, hit, &mirror);
        if (other != header_none && mirror.klass == search->vm->class_of_mirrors) {
            *object = mirror;
            return other;
        }
    }
    return proof;
}

/* Whether an object that begins before `first`, though not far, ends at `start`. */
static bool has_neighbour(const struct search *search, uint64_t start, uint64_t first, uint64_t least) {
    uint64_t last = start - least > further_most * sizeof(uint64_t) ? start - further_most * sizeof(uint64_t) : least;
    for (uint64_t at = first; at > last;) {
        struct hotspot_object before;
        at -= sizeof(uint64_t);
        enum header_proof found = probe(search, at, start - sizeof(uint64_t), &before);
        if (found != header_none && found != header_weak && before.at + before.bytes == start) {
            return true;
        }
    }
    return false;
}

/*
 * Fields may look like a header: a number, and a reference or a Klass's address behind it. What is one begins where the
 * object before it ends; what is none lies within another, which is taken then. Unless that is none itself: numbers at
 * the end of an array may look like the header of a longer one, behind which no object follows.
 */
static enum header_proof confirm(const struct search *search, uint64_t hit, uint64_t least, enum header_proof proof,
                                 struct hotspot_object *object) {
    uint64_t start = object->at;
    uint64_t first = start - least > doubtful_most * 8 ? start - doubtful_most * 8 : least;
    struct hotspot_object outer = {0};
    enum header_proof outer_proof = header_none;
    for (uint64_t at = start; at > first;) {
        struct hotspot_object before;
        at -= 8;
        enum header_proof found = probe(search, at, start - 8, &before);
        if (found == header_none || found == header_weak) {
            continue;
        }
        if (before.at + before.bytes == start) {
            return proof;
        }
        if (before.at + before.bytes > hit && outer_proof == header_none && may_hold(search, &before, hit)) {
            outer = before;
            outer_proof = found;
        }
    }
    if (outer_proof == header_none || is_none(search, &outer, object) || has_neighbour(search, start, first, least)) {
        return proof;
    }
    *object = outer;
    return outer_proof;
}

/* The nearest header before the hit, down to `least`. One after which no object follows gives way to another, if any.
 */
static enum header_proof go_back(const struct search *search, uint64_t hit, uint64_t least,
                                 struct hotspot_object *object) {
    struct hotspot_object doubtful = {0};
    enum header_proof doubtful_proof = header_none;
    for (uint64_t at = hit;; at -= 8) {
        enum header_proof proof = probe(search, at, hit, object);
        if (proof != header_none) {
            proof = at == least ? proof : confirm(search, hit, least, proof, object);
            proof = prefer_mirror(search, hit, least, proof, object);
            if (ending_of(search, object) != ends_badly) {
                return proof;
            }
            if (doubtful_proof == header_none) {
                doubtful = *object;
                doubtful_proof = proof;
            }
        }
        bool is_far = doubtful_proof != header_none && doubtful.at - at > further_most * sizeof(uint64_t);
        if (at - least < sizeof(uint64_t) || is_far) {
            *object = doubtful;
            return doubtful_proof;
        }
    }
}

bool hotspot_object_find(const struct hotspot *vm, struct hotspot_finder *finder, const unsigned char *data,
                         uint64_t from, size_t bytes, uint64_t hit, struct hotspot_object *object) {
    struct search search = {vm, data, from, bytes, finder->limit};
    const struct hotspot_object *last = &finder->last;
    if (hit < from || hit - from >= bytes || bytes - (size_t)(hit - from) < 8) {
        return false;
    }
    if (last->bytes > 0 && hit >= last->at && hit - last->at < last->bytes) {
        if (may_hold(&search, last, hit)) {
            *object = *last;
            return true;
        }
        finder->last.bytes = 0;
        finder->searched_to = 0;
    }
    uint64_t least = hit - from > (uint64_t)steps_most * 8 ? hit - (uint64_t)steps_most * 8 : from;
    uint64_t last_end = last->at + last->bytes;
    if (last->bytes > 0 && last_end <= hit && last_end > least) {
        least = last_end;
    }
    /* An object that begins before an earlier hit and goes on to this one would have been found then. */
    if (finder->searched_to > least && finder->searched_to <= hit) {
        least = finder->searched_to;
    }
    if (go_back(&search, hit, least, object) == header_none) {
        finder->searched_to = hit + 8;
        return false;
    }
    finder->last = *object;
    return true;
}

bool hotspot_object_at(const struct hotspot *vm, const unsigned char *data, uint64_t from, size_t bytes, uint64_t hit,
                       struct hotspot_object *object) {
    struct hotspot_finder finder = {0};
    return hotspot_object_find(vm, &finder, data, from, bytes, hit, object) && !object->is_moving;
}

bool hotspot_is_mirror(const struct hotspot *vm, size_t klass) {
    return klass == vm->class_of_mirrors;
}
