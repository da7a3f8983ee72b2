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

/* What the lists of one thread's tcache say of themselves. */
struct tcache {
    struct tcache_shape shape;
    uint16_t empty; /* the count of an empty list */
    uint16_t counts[tcache_all_bins];
    uint64_t entries[tcache_all_bins]; /* the first block, without its header; 0: none */
};

/* Whether a chunk may have the size of one, without a branch: tcache_shape_of() knows better. */
static inline bool tcache_is_of_shape(uint64_t chunk_bytes) {
    enum { least = 0x250, most = 0x320 };
    return chunk_bytes - least <= most - least;
}

/* That of a chunk of this size; NULL: such a chunk is no tcache. */
const struct tcache_shape *tcache_shape_of(uint64_t chunk_bytes);

/* Bytes that it takes up behind the chunk's header. */
size_t tcache_shape_bytes(const struct tcache_shape *shape);

/* pre: tcache_shape_bytes() at `block` */
void tcache_read(const struct tcache_shape *shape, const unsigned char *block, struct tcache *tcache);

/* Whether a list is empty by its number as by its entry, or leads to where a block may begin. */
bool tcache_is_bin(const struct tcache *tcache, unsigned bin);

/*
 * Whether a chunk of this size may be a tcache with blocks in it, by `bytes` bytes of what it holds: each list leads to
 * where a block may begin, or is empty by its number as well. Few enough to rule out rule nothing out.
 */
bool tcache_may_be(const unsigned char *block, size_t bytes, uint64_t chunk_bytes);

#endif
