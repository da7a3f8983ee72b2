/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MALLOC_PARAMS_H
#define OFFHEAP_MALLOC_PARAMS_H

/*
 * What glibc's malloc counts and was told: its one struct malloc_par, mp_ (malloc/malloc.c). It lies in the same data
 * as main_arena and is known by its contents: thresholds, limits and counts that fit each other and the process.
 */

#include "proc_maps.h"

struct malloc_params {
    uint64_t address; /* of mp_ in the process; 0: it was not found, and all else is 0 */
    unsigned shape;   /* which of the versions' layouts it has */
    uint32_t mmapped_chunks;
    uint64_t mmapped_bytes;
    bool sum_drifts;    /* from 2.43 on: 16 bytes too many for each mremap */
    uint64_t thp_bytes; /* of a huge page, in which the main arena's top is cut (glibc.malloc.hugetlb=1); 0: by pages */
    uint64_t heap_bytes;   /* HEAP_MAX_SIZE: 64 MiB, or four of the huge pages of glibc.malloc.hugetlb=2 */
    uint64_t sbrk_base;    /* the main arena's first address, by sbrk or by mmap in its place; 0: none */
    bool has_tcaches;      /* 2.26 and later */
    uint64_t tcache_count; /* blocks that a list of a thread's tcache takes at most */
};

/* What the arenas of the same libc tell of its version. */
struct params_version {
    bool has_fastbins; /* to 2.42 */
    uint64_t top_at;   /* offset of `top` in struct malloc_state: 96 from 2.27 on while there are fastbins, 88 before */
};

/*
 * Finds it in `words`, a copy of the process's memory at `address`: a program's data may look like it, as that of
 * another version. False: it is not there.
 */
bool malloc_params_find(const struct proc_maps *maps, const struct params_version *version, const uint64_t *words,
                        size_t count, uint64_t address, struct malloc_params *params);

enum { malloc_params_bytes = 136 }; /* of the largest */

/* Its figures of another moment, from malloc_params_bytes of memory at params->address. False: they contradict. */
bool malloc_params_parse(const struct proc_maps *maps, const void *memory, struct malloc_params *params);

#endif
