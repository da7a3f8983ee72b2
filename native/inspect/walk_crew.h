/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_WALK_CREW_H
#define OFFHEAP_WALK_CREW_H

/*
 * The threads that walk the heaps: each takes heaps, and parts of long ones, in turn, and reads what it walks itself.
 */

#include "heap_parts.h"
#include "walk_result.h"

/* What one thread takes at a time. */
struct walk_unit {
    size_t heap;
    struct divided_heap *divided; /* of which it is a part; NULL: the whole heap */
    size_t part;
};

struct walk_crew {
    const struct target *target;
    const struct glibc_heaps *heaps;
    const struct deadline *deadline;
    bool wants_blocks;
    struct walk_unit *units; /* in the order in which they are walked */
    size_t count;
    struct walk_result *result;
};

/*
 * Walks the units until they are done or time is up, by up to `threads` threads, the calling one among them. Whole
 * heaps are put into the result; parts stay where they belong, to be joined.
 */
struct inspect_verdict walk_crew_run(const struct walk_crew *crew, size_t threads);

/* Puts what was found of a heap into the result. */
void walk_crew_keep(struct walk_result *result, const struct target *target, const struct glibc_heaps *heaps,
                    size_t heap, const struct heap_findings *findings);

#endif
