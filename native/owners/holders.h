/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HOLDERS_H
#define OFFHEAP_HOLDERS_H

/*
 * Who keeps Java objects alive: upward from them, a level at a time, each level by one reading of the heap, until a
 * static field, a thread's stack or the JVM. A subclass of java.lang.ref.Reference holds nothing: what only these lead
 * to waits for the garbage collector. So does what nothing leads to but other garbage, which is not told from what
 * lives where it was found; but no root is found above it.
 */

#include "holder_groups.h"
#include "object_set.h"

/* A reference that keeps its object. */
struct keeping {
    uint32_t holder; /* numbers */
    uint32_t held;
};

struct climb {
    const struct target *target;
    struct hotspot *vm;
    struct object_set objects; /* those of the base first, then by level */
    size_t base_count;
    struct holding *found; /* at the present level */
    size_t found_count;
    size_t found_capacity;
    struct keeping *kept; /* of all levels */
    size_t kept_count;
    size_t kept_capacity;
    uint64_t *are_rooted; /* a bit for each object */
    unsigned level;
    bool is_cut; /* there was no room, or it went on above the highest level */
};

/* `base`: addresses of objects, each once. False: there is no memory. */
bool climb_begin(const struct target *target, struct hotspot *vm, const uint64_t *base, size_t base_count,
                 struct climb *climb);
void climb_free(struct climb *climb);

/* Up to a level above which there is nobody, or to the highest. Groups of holders go into the result. */
struct inspect_verdict climb_up(struct climb *climb, uint32_t owner, struct owners_result *result);

/* An object by whose number something outside of the heap points to it. */
void climb_root(struct climb *climb, uint32_t object);
/* How many objects of the base a root leads to. */
bool climb_count_rooted(struct climb *climb, uint64_t *rooted);

#endif
