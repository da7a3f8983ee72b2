/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_INSPECTION_H
#define OFFHEAP_INSPECTION_H

/* What an inspection tells. All sizes are bytes. */

#include "block_list.h"
#include "heap_figures.h"
#include "tally.h"

struct inspect_arena {
    uint64_t address;
    bool is_main;
    bool has_attached_threads;
    uint32_t attached_threads;
    uint32_t heaps;
    uint32_t heaps_walked;
    struct heap_figures figures;
};

enum inspect_range_kind { range_main, range_arena, range_mmapped };

struct inspect_range {
    uint64_t start;
    uint64_t end;
    enum inspect_range_kind kind;
};

struct inspection {
    struct heap_figures totals;
    struct inspect_arena *arenas;
    size_t arena_count;
    struct inspect_range *ranges; /* in order of address, without overlap */
    size_t range_count;
    uint64_t mmapped_chunks;
    uint64_t *mmapped_sizes; /* of each */
    uint64_t mmapped_size;
    uint64_t mmapped_rss;
    bool mmapped_is_counted;
    uint64_t mmapped_missing; /* bytes that glibc counts and that were not found */
    struct tally *sizes;      /* chunks by size, of the heaps that were walked */
    struct block_list blocks; /* in use, where they were wanted */
    double scale;             /* by which sizes are to be multiplied: over 1 when not every heap was walked */
    uint32_t lists_left; /* fastbins, and lists of tcaches, of which not all chunks were told: they count as live */
    size_t heaps_walked;
    size_t heaps_total;
    double relative_error; /* of the resident free bytes, half the 95 % interval, as a share; when sampled */
    double consistency;
};

#endif
