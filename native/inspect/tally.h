/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_TALLY_H
#define OFFHEAP_TALLY_H

/* Counts of chunks, of one stretch of heap or of many added up. All sizes are chunk sizes: with the 8-byte header. */

#include "chunk_size.h"
#include "heap_figures.h"
#include "jvm_blocks.h"
#include "page_map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    exact_limit = 128 * 1024, /* sizes below are counted one by one, sizes above by powers of two */
    exact_count = exact_limit / chunk_align,
    power_count = 48,
    tcache_candidates = 512, /* a stretch */
};

struct tally {
    struct heap_figures figures;      /* the walk of a heap adds its size and RSS when it is over */
    uint32_t exact_live[exact_count]; /* index: size / chunk_align */
    uint32_t exact_free[exact_count];
    uint32_t exact_cached[exact_count]; /* of the live ones, those in fastbins and tcaches */
    uint32_t power_live[power_count];   /* index: bits of the size */
    uint32_t power_free[power_count];
    uint64_t power_live_bytes[power_count];
    uint64_t power_free_bytes[power_count];
    uint32_t power_cached[power_count];
    uint64_t power_cached_bytes[power_count];
    uint64_t jvm_chunks[jvm_block_kinds]; /* of the live ones, by what they begin with */
    uint64_t jvm_bytes[jvm_block_kinds];
    uint64_t candidates[tcache_candidates]; /* live chunks that may be a thread's tcache */
    uint32_t candidate_count;
    /* Free chunks in a row, which malloc_trim would have merged: fastbin chunks are free to it. */
    uint64_t run_start;
    uint64_t run_end;
};

/* In order of address. After the last chunk comes tally_top() or tally_end(). */
void tally_live(struct tally *tally, uint64_t size);
/* It looks in use and is in a fastbin: counted as live, and as free and resident. */
void tally_fast(struct tally *tally, const struct page_bits *bits, uint64_t at, uint64_t size);
void tally_free(struct tally *tally, const struct page_bits *bits, uint64_t at, uint64_t size);
/* cut_bytes: malloc_trim cuts multiples of it off the end; 0: it leaves the top. */
void tally_top(struct tally *tally, const struct page_bits *bits, uint64_t at, uint64_t size, uint64_t cut_bytes);
void tally_end(struct tally *tally, const struct page_bits *bits);

/* A chunk that was counted as live begins like one of HotSpot's. */
void tally_jvm_block(struct tally *tally, enum jvm_block kind, uint64_t size);

/* A chunk that was counted as live may be a thread's tcache. */
void tally_candidate(struct tally *tally, uint64_t at);

/* A chunk that was counted as live is in a tcache. */
void tally_cached(struct tally *tally, uint64_t size);

/* sum += part, all but the candidates. */
void tally_add(struct tally *sum, const struct tally *part);
/* As many of them as there is room for. */
void tally_add_candidates(struct tally *sum, const struct tally *part);

#endif
