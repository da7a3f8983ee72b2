/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BLOCK_MARKS_H
#define OFFHEAP_BLOCK_MARKS_H

/*
 * Blocks of a JVM that show by their first words what they are. Chunks of arenas (src/hotspot/share/memory/arena.hpp)
 * begin with the address of the next one and the length of what follows; what lies in them was not cleared, so that
 * its words are of another time as often as not. What dlopen() gives out is struct link_map (glibc, include/link.h),
 * which has its own address in l_real, and is ld.so's, whoever keeps it.
 */

#include "../inspect/target.h"
#include "block_graph.h"

enum block_mark { no_mark, mark_arena, mark_long_arena, mark_link_map };
/*
 * The number of category "Other", what Java's code has asked for: 18 has one more before it, GCCardSet, and 27 one
 * less, JVMCI.
 */
static inline unsigned nmt_other(unsigned jdk) {
    return jdk < 18 || jdk >= 27 ? 9 : 10;
}

/* A word in a chunk that looks like a pointer. */
struct arena_word {
    uint32_t chunk; /* block */
    uint32_t to;
};

/*
 * What Native Memory Tracking says of a block (src/hotspot/share/services/mallocHeader.hpp): the number of its category
 * and one; 0: it has no header. Numbers are those of MEMORY_TYPES_DO, src/hotspot/share/memory/allocation.hpp, in 24
 * and later of nmt/memTag.hpp.
 */
typedef unsigned char nmt_mark;

struct block_marks {
    unsigned char *marks; /* of each block */
    nmt_mark *tracked;    /* of each block; NULL: the JVM tracks none */
    uint32_t *next;       /* of arenas the block that follows; no_block: none */
    size_t count;
    struct arena_word *words;
    size_t word_count;
    size_t word_capacity;
};

/* `is_tracked`: Native Memory Tracking is on, in a JVM of 17 or later. */
struct inspect_verdict block_marks_find(const struct target *target, const struct block_table *table, bool is_tracked,
                                        struct block_marks *marks);
void block_marks_free(struct block_marks *marks);

/*
 * Takes out of the graph what lies in chunks of the lengths that the JVM keeps ready, but for the next chunk, and in
 * link maps: marks->words has it then. False: there is no memory.
 */
bool block_marks_trim(struct block_marks *marks, struct block_graph *graph);

#endif
