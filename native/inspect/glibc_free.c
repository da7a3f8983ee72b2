/* SPDX-License-Identifier: MIT */
#include "glibc_free.h"

#include <string.h>

enum {
    list_limit = 4096, /* chunks followed in one fastbin */
    old_bins = 64,     /* TCACHE_MAX_BINS to 2.41 */
    header_bytes = 16,
    most_a_bin = 4096, /* counts beyond are no tcache: the default is 7, a tunable may raise it */
};

static bool is_chunk(const struct glibc_heaps *heaps, uint64_t address) {
    return address % chunk_align == 0 && glibc_heaps_at(heaps, address) != NULL;
}

uint64_t glibc_fastbin_bytes(const struct target *target, const struct glibc_heaps *heaps, const struct arena *arena) {
    uint64_t bytes = 0;
    for (unsigned bin = 0; bin < fast_bins; bin++) {
        uint64_t chunk = arena->state.fast[bin];
        for (unsigned count = 0; count < list_limit && chunk != 0 && is_chunk(heaps, chunk); count++) {
            uint64_t words[3]; /* prev_size, size, fd */
            if (!target_read(target, chunk, words, sizeof words) ||
                (words[1] & ~UINT64_C(7)) != chunk_min + bin * 16u) {
                break;
            }
            bytes += words[1] & ~UINT64_C(7);
            uint64_t plain = words[2];
            uint64_t decoded = (chunk + header_bytes) >> 12 ^ plain; /* PROTECT_PTR */
            chunk = decoded == 0 || is_chunk(heaps, decoded) ? decoded : plain;
        }
    }
    return bytes;
}

/* An entry is set where the count is not 0, and points to a block. */
static bool is_bin(const struct glibc_heaps *heaps, uint64_t count, uint64_t entry) {
    if (count == 0 || entry == 0) {
        return count == 0 && entry == 0;
    }
    return count <= most_a_bin && is_chunk(heaps, entry);
}

uint64_t glibc_tcache_bytes(const struct target *target, const struct glibc_heaps *heaps, uint64_t address) {
    unsigned char data[0x290 - header_bytes];
    uint64_t word;
    if (!target_read(target, address + 8, &word, sizeof word)) {
        return 0;
    }
    uint64_t size = word & ~UINT64_C(7);
    if (!tally_is_tcache_size(size) ||
        !target_read(target, address + header_bytes, data, (size_t)size - header_bytes)) {
        return 0;
    }
    size_t width = size == 0x250 ? 1 : 2;
    uint64_t bytes = 0;
    for (size_t bin = 0; bin < old_bins; bin++) {
        uint16_t wide = 0;
        uint64_t entry;
        memcpy(&wide, data + bin * width, width); /* little-endian */
        memcpy(&entry, data + old_bins * width + bin * sizeof entry, sizeof entry);
        if (!is_bin(heaps, wide, entry)) {
            return 0;
        }
        bytes += wide * (chunk_min + bin * 16);
    }
    return bytes;
}

/* The key of the first block of a bin, when the chunk there has the bin's size. */
static uint64_t key_of_entry(const struct target *target, uint64_t entry, uint64_t size) {
    uint64_t words[4];
    bool is_read = entry % chunk_align == 0 && target_read(target, entry - header_bytes, words, sizeof words);
    return is_read && (words[1] & ~UINT64_C(7)) == size ? words[3] : 0;
}

/* Each thread allocates its tcache before anything else, so a heap's first chunk often is one. */
static uint64_t key_of_tcache(const struct target *target, uint64_t chunk) {
    uint64_t words[(0x290 - header_bytes) / 8];
    uint64_t header[2];
    if (!target_read(target, chunk, header, sizeof header) || (header[1] & ~UINT64_C(7)) != 0x290 ||
        !target_read(target, chunk + header_bytes, words, sizeof words)) {
        return 0;
    }
    for (size_t bin = 0; bin < old_bins; bin++) {
        uint64_t entry = words[old_bins * 2 / 8 + bin];
        uint64_t key = entry == 0 ? 0 : key_of_entry(target, entry, chunk_min + bin * 16);
        /* To 2.33 the key is the tcache's own address. */
        if (key != 0 && key != chunk + header_bytes) {
            return key;
        }
    }
    return 0;
}

uint64_t glibc_tcache_key(const struct target *target, const struct glibc_heaps *heaps) {
    for (size_t index = 0; index < heaps->heap_count; index++) {
        uint64_t key = key_of_tcache(target, heaps->heaps[index].stretch.start);
        /* A key is drawn at random: what looks like an address or a small number is none. */
        if (key >> 48 != 0) {
            return key;
        }
    }
    return 0;
}

/* Fastbin chunks of one arena link to each other; all heaps of arenas other than main are taken as one. */
void glibc_free_mark(const struct target *target, struct glibc_heaps *heaps) {
    struct free_marks marks[2] = {{0, UINT64_MAX, 0}, {0, UINT64_MAX, 0}};
    heaps->tcache_key = glibc_tcache_key(target, heaps);
    for (size_t index = 0; index < heaps->heap_count; index++) {
        const struct heap *heap = &heaps->heaps[index];
        struct free_marks *mark = &marks[heap->stretch.kind == stretch_arena];
        mark->tcache_key = heaps->tcache_key;
        mark->low = heap->base < mark->low ? heap->base : mark->low;
        mark->high = heap->limit > mark->high ? heap->limit : mark->high;
    }
    for (size_t index = 0; index < heaps->heap_count; index++) {
        struct heap *heap = &heaps->heaps[index];
        heap->stretch.marks = marks[heap->stretch.kind == stretch_arena];
    }
}
