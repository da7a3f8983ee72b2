/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CLIMB_H
#define OFFHEAP_CLIMB_H

/* What is known while holders of objects are looked for (holders.h). */

#include "holder_groups.h"
#include "object_set.h"
#include "root_words.h"

/* A reference that keeps its object. */
struct keeping {
    uint32_t holder; /* numbers */
    uint32_t held;
    uint32_t klass;  /* of the holder */
    uint32_t offset; /* of the field; of an array 0 */
};

/* An object of the base, and whose death frees what is behind it. */
struct guarding {
    uint32_t base;
    uint32_t guardian;
};

struct climb {
    const struct target *target;
    struct hotspot *vm;
    const struct root_words *roots; /* what holds objects from outside of the heap */
    struct object_set objects;      /* those of the base first, then by level */
    size_t base_count;
    struct holding *found; /* at the present level */
    size_t found_count;
    size_t found_capacity;
    struct keeping *kept; /* of all levels */
    size_t kept_count;
    size_t kept_capacity;
    struct holding *statics; /* static fields that hold an object, of all levels */
    size_t static_count;
    size_t static_capacity;
    struct guarding *guards;
    size_t guard_count;
    size_t guard_capacity;
    uint64_t *are_rooted; /* a bit for each object: something outside of the heap leads to it */
    uint64_t *are_static; /* likewise: a static field does */
    uint64_t *are_sought; /* likewise: whose holders are looked for at the present level */
    size_t bit_words;
    unsigned level;
    unsigned highest; /* level to which it goes */
    bool only_lives;  /* whether objects are held matters, and not by whom */
    bool is_short;    /* there was no room */
};

#endif
