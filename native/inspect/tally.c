/* SPDX-License-Identifier: MIT */
#include "tally.h"

/* sizeof(struct malloc_chunk), malloc/malloc.c: what mtrim leaves of a free chunk, and what MINSIZE is made of. */
static const uint64_t malloc_chunk_bytes = 48;

static unsigned power_of(uint64_t size) {
    unsigned bits = 64 - (unsigned)__builtin_clzll(size | 1);
    return bits < power_count ? bits : (unsigned)power_count - 1;
}

/* mtrim of malloc/malloc.c (2.36): whole pages after the chunk's own fields. */
void tally_end(struct tally *tally, const struct page_bits *bits) {
    uint64_t mask = page_bytes() - 1;
    uint64_t first = (tally->run_start + malloc_chunk_bytes + mask) & ~mask;
    uint64_t last = tally->run_end & ~mask;
    uint64_t resident = page_bits_present(bits, tally->run_start, tally->run_end);
    uint64_t whole = first < last ? page_bits_present(bits, first, last) : 0;
    tally->figures.page_bytes += whole;
    tally->figures.sub_page_bytes += resident - whole;
    tally->run_start = tally->run_end = 0;
}

/* mtrim begins with malloc_consolidate, which merges the chunks of fastbins with their free neighbours. */
static void extend_run(struct tally *tally, const struct page_bits *bits, uint64_t at, uint64_t size) {
    if (tally->run_end != at) {
        tally_end(tally, bits);
        tally->run_start = at;
    }
    tally->run_end = at + size;
}

void tally_live(struct tally *tally, uint64_t size) {
    tally->figures.live_bytes += size;
    tally->figures.live_chunks++;
    if (size < exact_limit) {
        tally->exact_live[size / chunk_align]++;
    } else {
        tally->power_live[power_of(size)]++;
        tally->power_live_bytes[power_of(size)] += size;
    }
}

void tally_candidate(struct tally *tally, uint64_t at) {
    if (tally->candidate_count < tcache_candidates) {
        tally->candidates[tally->candidate_count++] = at;
    }
}

void tally_jvm_block(struct tally *tally, enum jvm_block kind, uint64_t size) {
    tally->jvm_chunks[kind]++;
    tally->jvm_bytes[kind] += size;
}

void tally_cached(struct tally *tally, uint64_t size) {
    if (size < exact_limit) {
        tally->exact_cached[size / chunk_align]++;
    } else {
        tally->power_cached[power_of(size)]++;
        tally->power_cached_bytes[power_of(size)] += size;
    }
}

void tally_fast(struct tally *tally, const struct page_bits *bits, uint64_t at, uint64_t size) {
    tally_live(tally, size);
    tally_cached(tally, size);
    extend_run(tally, bits, at, size);
    tally->figures.fastbin_bytes += size;
    tally->figures.unknown_bytes += size;
}

static void count_free(struct tally *tally, uint64_t size) {
    tally->figures.free_bytes += size;
    tally->figures.free_chunks++;
    if (size < exact_limit) {
        tally->exact_free[size / chunk_align]++;
    } else {
        tally->power_free[power_of(size)]++;
        tally->power_free_bytes[power_of(size)] += size;
    }
}

void tally_free(struct tally *tally, const struct page_bits *bits, uint64_t at, uint64_t size) {
    count_free(tally, size);
    extend_run(tally, bits, at, size);
}

/* systrim of malloc/malloc.c (2.36) with pad 0: ALIGN_DOWN(top_size - MINSIZE - 1, cut_bytes) off the end. */
void tally_top(struct tally *tally, const struct page_bits *bits, uint64_t at, uint64_t size, uint64_t cut_bytes) {
    uint64_t end = at + size;
    count_free(tally, size);
    extend_run(tally, bits, at, size);
    uint64_t merged = end - tally->run_start;
    uint64_t most = merged > chunk_min ? merged - chunk_min - 1 : 0;
    uint64_t cut = cut_bytes == 0 ? 0 : most & ~(cut_bytes - 1);
    uint64_t resident = page_bits_present(bits, tally->run_start, end);
    uint64_t whole = page_bits_present(bits, end - (most & ~(page_bytes() - 1)), end);
    uint64_t given = page_bits_present(bits, end - cut, end);
    tally->figures.main_top_bytes += given;
    tally->figures.arena_top_bytes += whole - given;
    tally->figures.sub_page_bytes += resident - whole;
    tally->run_start = tally->run_end = 0;
}

static void add_powers(struct tally *sum, const struct tally *part) {
    for (unsigned index = 0; index < power_count; index++) {
        sum->power_live[index] += part->power_live[index];
        sum->power_free[index] += part->power_free[index];
        sum->power_live_bytes[index] += part->power_live_bytes[index];
        sum->power_free_bytes[index] += part->power_free_bytes[index];
        sum->power_cached[index] += part->power_cached[index];
        sum->power_cached_bytes[index] += part->power_cached_bytes[index];
    }
}

void tally_add(struct tally *sum, const struct tally *part) {
    heap_figures_add(&sum->figures, &part->figures);
    for (unsigned index = 0; index < exact_count; index++) {
        sum->exact_live[index] += part->exact_live[index];
        sum->exact_free[index] += part->exact_free[index];
        sum->exact_cached[index] += part->exact_cached[index];
    }
    for (unsigned kind = 0; kind < jvm_block_kinds; kind++) {
        sum->jvm_chunks[kind] += part->jvm_chunks[kind];
        sum->jvm_bytes[kind] += part->jvm_bytes[kind];
    }
    add_powers(sum, part);
}

void tally_add_candidates(struct tally *sum, const struct tally *part) {
    for (uint32_t index = 0; index < part->candidate_count; index++) {
        tally_candidate(sum, part->candidates[index]);
    }
}
