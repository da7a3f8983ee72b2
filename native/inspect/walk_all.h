/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_WALK_ALL_H
#define OFFHEAP_WALK_ALL_H

/*
 * Walks all heaps of a process, many at a time: each system call fetches the next header of every walk under way, so a
 * heap of large chunks costs one small read a chunk and no system call of its own. Windows grow where chunks are small.
 * As many threads as there are processors walk; of a long heap each walks parts (heap_parts.h, walk_crew.h).
 */

#include "walk_result.h"

enum {
    default_part_bytes = 32 << 20, /* some 5 ms of reading; an arena's heaps of 64 MiB are not divided */
};

struct walk_options {
    /* Of each thread. Then heaps under way are dropped, and none is begun in its last part. */
    const struct deadline *deadline;
    uint64_t seed;       /* of the order in which heaps are walked */
    bool wants_blocks;   /* each block in use, one by one */
    size_t threads;      /* 0: as many as there are processors, and something to do */
    uint64_t part_bytes; /* of which a heap must have two to be divided; 0: default_part_bytes */
};

/* inspect_deadline when the resident bytes of heaps that were not walked could not be counted in the target's time. */
struct inspect_verdict walk_all(const struct target *target, const struct glibc_heaps *heaps,
                                const struct walk_options *options, struct walk_result *result);
void walk_result_free(struct walk_result *result, size_t heap_count);

#endif
