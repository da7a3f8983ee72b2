/* SPDX-License-Identifier: MIT */
#include "block_size.h"

#include "real_malloc.h"

/*
 * Kinds of blocks that a version of glibc might treat apart, each by the bits of its header. Chunks below 1 KiB are
 * those that a tcache has held since there are tcaches.
 */
enum kind { kind_small, kind_large, kind_of_own_arena, kind_count };
enum { large_chunk_bytes = 1024, blocks_to_agree = 256 };
static const size_t bits_of_kind[kind_count] = {
    [kind_small] = (large_chunk_bytes - 1) & ~(chunk_is_mapped | chunk_of_own_arena),
    [kind_large] = ~(size_t)(large_chunk_bytes - 1),
    [kind_of_own_arena] = chunk_of_own_arena,
};

CLUSTERED _Atomic size_t size_unproven_bits;
CLUSTERED static _Atomic unsigned agreed[kind_count];

void block_size_start(bool has_glibc_headers) {
    for (unsigned kind = 0; kind < kind_count; kind++) {
        atomic_store(&agreed[kind], 0);
    }
    atomic_store(&size_unproven_bits, has_glibc_headers ? ~(size_t)0 : 0);
}

static void count_agreed(enum kind kind) {
    if (atomic_fetch_add_explicit(&agreed[kind], 1, memory_order_relaxed) + 1 == blocks_to_agree) {
        /* Of 0, which another thread may have put there, it leaves 0. */
        atomic_fetch_and_explicit(&size_unproven_bits, ~bits_of_kind[kind], memory_order_relaxed);
    }
}

/* A large block of another arena stands for both kinds. */
static void compare(const void *block, size_t usable) {
    size_t word = chunk_word(block);
    if (chunk_usable(block) != usable) {
        atomic_store_explicit(&size_unproven_bits, 0, memory_order_relaxed);
        return;
    }
    bool is_large = (word & bits_of_kind[kind_large]) != 0;
    bool is_of_own_arena = (word & chunk_of_own_arena) != 0;
    if (is_large) {
        count_agreed(kind_large);
    }
    if (is_of_own_arena) {
        count_agreed(kind_of_own_arena);
    }
    if (!is_large && !is_of_own_arena) {
        count_agreed(kind_small);
    }
}

static bool has_heap_header(const void *block) {
    return size_unproven() != 0 && (chunk_word(block) & chunk_is_mapped) == 0;
}

size_t block_size_asked(void *block) {
    size_t usable = real.malloc_usable_size(block);
    if (has_heap_header(block)) {
        compare(block, usable);
    }
    return usable;
}

void block_size_recheck(void *block) {
    if (has_heap_header(block)) {
        compare(block, real.malloc_usable_size(block));
    }
}
