/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_THREAD_ARENAS_H
#define OFFHEAP_THREAD_ARENAS_H

/*
 * Arenas of HotSpot's threads (src/hotspot/share/memory/arena.hpp): an object of class Arena on the thread's stack, or
 * behind its structure, has four words one after another: the first chunk, the one in use, what of that is free, and
 * its end. A compiler has all that it works on there. These blocks are the thread's, whatever of the JVM leads to them
 * as well.
 */

#include "block_marks.h"
#include "claims.h"

struct thread_arenas {
    const struct target *target;
    const struct block_table *table;
    const struct block_marks *marks;
    struct claims *claims;
    struct root_list held; /* chunks, of which claims->owners has held_back */
    unsigned char *buffer;
};

/* False: there is no memory. */
bool thread_arenas_open(const struct target *target, const struct block_table *table, const struct block_marks *marks,
                        struct claims *claims, struct thread_arenas *arenas);
void thread_arenas_close(struct thread_arenas *arenas);

bool thread_arenas_of_stack(struct thread_arenas *arenas, const struct memory_range *used, uint32_t owner);
/* `block`: the thread's structure. */
bool thread_arenas_of_structure(struct thread_arenas *arenas, uint32_t block, uint32_t owner);

#endif
