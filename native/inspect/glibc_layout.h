/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_GLIBC_LAYOUT_H
#define OFFHEAP_GLIBC_LAYOUT_H

/*
 * Where the fields of glibc's struct malloc_state are in this process, told from its contents and not from a version.
 * What all versions share (malloc/malloc.c of 2.17 to 2.41): `top` and `last_remainder`, then 127 pairs of bins, then
 * four words of 32 bits, then `next`. An empty bin points to itself, and `next` is a ring through all arenas. What
 * differs is before them (2.27 put have_fastchunks there) and after (2.23 put attached_threads there).
 */

#include "malloc_params.h"
#include "target.h"

enum {
    bin_pairs = 127,
    fast_bins = 10,
    arena_limit = 65536,
};

struct glibc_layout {
    bool is_known;
    bool is_unused;       /* not known, for malloc of this glibc was never called */
    uint64_t arena_pages; /* addresses of the pages of all arenas but the main one, by OR; 0: there is none */
    uint64_t main_arena;
    uint64_t top_at; /* offsets in malloc_state */
    uint64_t next_at;
    uint64_t attached_at; /* 0: there is no such field */
    uint64_t system_mem_at;
    uint64_t state_bytes;
    struct malloc_params params; /* of the same malloc; not always found */
};

struct arena_state {
    uint64_t address;
    uint64_t top;
    uint64_t next;
    uint64_t system_mem; /* bytes got from the system */
    uint32_t attached_threads;
    bool is_noncontiguous;    /* main arena: went on by mmap, or met a foreign sbrk */
    uint64_t fast[fast_bins]; /* heads of the fastbins */
};

/* Finds the main arena in libc's data, or the program's when it is linked statically. False also when it is late. */
bool glibc_layout_find(const struct target *target, struct glibc_layout *layout);

/*
 * The same from the state of any other arena, for where the main one is not to be had: main_arena and params stay
 * unknown.
 */
bool glibc_layout_of_arena(const struct target *target, uint64_t address, struct glibc_layout *layout);

/* Reads an arena's state; false when it is not readable or is none. */
bool glibc_arena_read(const struct target *target, const struct glibc_layout *layout, uint64_t address,
                      struct arena_state *state);

/* Whether an arena has fastbins: to 2.42, and then they are the words before its top. */
bool glibc_layout_has_fastbins(const struct glibc_layout *layout);

/* Before an arena's first allocation its top is the empty bin, in the arena itself. */
bool glibc_arena_is_empty(const struct glibc_layout *layout, const struct arena_state *state);

/* Whether `words`, which are at `address` in the target, begin with a malloc_state whose top is at `top_at`. */
bool glibc_layout_matches(const struct proc_maps *maps, const uint64_t *words, size_t count, uint64_t address,
                          uint64_t top_at);

#endif
