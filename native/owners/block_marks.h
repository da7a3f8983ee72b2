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

/* A word in a chunk that looks like a pointer. */
struct arena_word {
    uint32_t chunk; /* block */
    uint32_t to;
};

struct block_marks {
    unsigned char *marks; /* of each block */
    uint32_t *next;       /* of arenas the block that follows; no_block: none */
    size_t count;
    struct arena_word *words;
    size_t word_count;
    size_t word_capacity;
};

struct inspect_verdict block_marks_find(const struct target *target, const struct block_table *table,
                                        struct block_marks *marks);
void block_marks_free(struct block_marks *marks);

/*
 * Takes out of the graph what lies in chunks of the lengths that the JVM keeps ready, but for the next chunk:
 * marks->words has it then. False: there is no memory.
 */
bool block_marks_trim(struct block_marks *marks, struct block_graph *graph);

#endif
