/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_INSPECT_H
#define OFFHEAP_INSPECT_H

/*
 * The glibc heaps of a process, read from outside while it runs: nothing is stopped, loaded or written, and only pages
 * that are present are touched. Figures are explained in src/model/inspection.ts and docs/inspector.md. All sizes are
 * bytes.
 */

#include "heap_figures.h"
#include "tally.h"
#include "verdict.h"

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct inspect_options {
    /*
     * Of processor time; wall_factor (deadline.h) times as much may pass. Then walking ends, and heaps that were walked
     * stand for the others. Finding them, and what follows the walk, may take a quarter of it more, or half a second:
     * after that it is inspect_deadline.
     */
    uint64_t budget_ms;
    uint64_t seed;            /* of the choice */
    const int32_t *cancelled; /* set to another value than 0 by another thread it calls the inspection off; or NULL */
};

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
    uint64_t mmapped_size;
    uint64_t mmapped_rss;
    bool mmapped_is_counted;
    uint64_t mmapped_missing; /* bytes that glibc counts and that were not found */
    struct tally *sizes;      /* chunks by size, of the heaps that were walked */
    double scale;             /* by which sizes are to be multiplied: over 1 when not every heap was walked */
    uint32_t lists_left; /* fastbins, and lists of tcaches, of which not all chunks were told: they count as live */
    size_t heaps_walked;
    size_t heaps_total;
    double relative_error; /* of the resident free bytes, half the 95 % interval, as a share; when sampled */
    double consistency;
};

/* On failure *result needs no inspection_free(). */
struct inspect_verdict inspect_process(pid_t pid, const struct inspect_options *options, struct inspection *result);
void inspection_free(struct inspection *result);

/* The name that JavaScript knows a status by. */
const char *inspect_status_name(enum inspect_status status);

#ifdef __cplusplus
}
#endif

#endif
