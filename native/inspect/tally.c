/* SPDX-License-Identifier: MIT */
#include "tally.h"

/* sizeof(struct malloc_chunk), malloc/malloc.c: what mtrim leaves of a free chunk, and what MINSIZE is made of. */
static const uint64_t malloc_chunk_bytes = 48;

static unsigned power_of(uint64_t size) {
    unsigned bits = 64 - (unsigned)__builtin_clzll(size | 1);
    return bits < power_count ? bits : (unsigned)power_count - 1;
}

bool tally_is_tcache_size(uint64_t size) {
    return size == 0x250 || size == 0x290 || size == 0x300;
}

void tally_live(struct tally *tally, uint64_t at, uint64_t size) {
    tally->live_bytes += size;
    tally->live_chunks++;
    if (size < exact_limit) {
        tally->exact_live[size / chunk_align]++;
        if (tally_is_tcache_size(size) && tally->candidate_count < tcache_candidates) {
            tally->candidates[tally->candidate_count++] = at;
        }
    } else {
        tally->power_live[power_of(size)]++;
        tally->power_live_bytes[power_of(size)] += size;
    }
}

static void count_free(struct tally *tally, uint64_t size) {
    tally->free_bytes += size;
    tally->free_chunks++;
    if (size < exact_limit) {
        tally->exact_free[size / chunk_align]++;
    } else {
        tally->power_free[power_of(size)]++;
        tally->power_free_bytes[power_of(size)] += size;
    }
}

/* mtrim of malloc/malloc.c (2.36): whole pages after the chunk's own fields. */
void tally_free(struct tally *tally, const struct page_bits *bits, uint64_t at, uint64_t size) {
    uint64_t mask = page_bytes() - 1;
    uint64_t first = (at + malloc_chunk_bytes + mask) & ~mask;
    uint64_t last = (at + size) & ~mask;
    uint64_t resident = page_bits_present(bits, at, at + size);
    uint64_t whole = first < last ? page_bits_present(bits, first, last) : 0;
    count_free(tally, size);
    tally->page_bytes += whole;
    tally->sub_page_bytes += resident - whole;
}

/* systrim of malloc/malloc.c (2.36) with pad 0: ALIGN_DOWN(top_size - MINSIZE - 1, page) off the end. */
void tally_top(struct tally *tally, const struct page_bits *bits, uint64_t at, uint64_t size, enum top_rule rule) {
    uint64_t mask = page_bytes() - 1;
    uint64_t cut = size > chunk_min ? (size - chunk_min - 1) & ~mask : 0;
    uint64_t resident = page_bits_present(bits, at, at + size);
    uint64_t whole = page_bits_present(bits, at + size - cut, at + size);
    count_free(tally, size);
    *(rule == top_is_cut ? &tally->main_top_bytes : &tally->arena_top_bytes) += whole;
    tally->sub_page_bytes += resident - whole;
}

static void add_powers(struct tally *sum, const struct tally *part) {
    for (unsigned index = 0; index < power_count; index++) {
        sum->power_live[index] += part->power_live[index];
        sum->power_free[index] += part->power_free[index];
        sum->power_live_bytes[index] += part->power_live_bytes[index];
        sum->power_free_bytes[index] += part->power_free_bytes[index];
    }
}

void tally_add(struct tally *sum, const struct tally *part) {
    sum->live_bytes += part->live_bytes;
    sum->live_chunks += part->live_chunks;
    sum->free_bytes += part->free_bytes;
    sum->free_chunks += part->free_chunks;
    sum->page_bytes += part->page_bytes;
    sum->main_top_bytes += part->main_top_bytes;
    sum->arena_top_bytes += part->arena_top_bytes;
    sum->sub_page_bytes += part->sub_page_bytes;
    sum->unreadable_bytes += part->unreadable_bytes;
    sum->doubtful_bytes += part->doubtful_bytes;
    sum->walked_bytes += part->walked_bytes;
    for (unsigned index = 0; index < exact_count; index++) {
        sum->exact_live[index] += part->exact_live[index];
        sum->exact_free[index] += part->exact_free[index];
    }
    add_powers(sum, part);
}
