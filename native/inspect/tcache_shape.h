/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_TCACHE_SHAPE_H
#define OFFHEAP_TCACHE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { tcache_small_bins = 64, tcache_all_bins = 76 };

/*
 * struct tcache_perthread_struct by version (malloc/malloc.c): counts, then as many lists.
 *
 *   2.26 to 2.29  64 counts of 8 bits
 *   2.30 to 2.41  64 counts of 16 bits
 *   from 2.42     76 numbers of 16 bits of what each list still has room for; the last 12 lists are of sizes from one
 *                 power of two to the next
 */
struct tcache_shape {
    uint64_t chunk_bytes; /* with the chunk's header, or up to 32 more */
    unsigned bins;
    unsigned width;     /* bytes of a count */
    bool has_room_left; /* it counts what is not there */
};

/* That of a chunk of this size; NULL: such a chunk is no tcache. */
const struct tcache_shape *tcache_shape_of(uint64_t chunk_bytes);

#endif
