/* SPDX-License-Identifier: MIT */
#include "block_size.h"

#include "process_level.h"
#include "real_malloc.h"

/*
 * Kinds of blocks that a version of glibc might treat apart, each by the bits of its header. Chunks below 1 KiB are
 * those that a tcache has held since there are tcaches. Those that are too large for quick.h are always asked.
 */
enum kind { kind_small, kind_large, kind_of_own_arena, kind_count };
enum { large_chunk_bytes = 1024, largest_chunk_bytes = process_usable_step, blocks_to_agree = 256 };
static const size_t bits_of_kind[kind_count] = {
    [kind_small] = (large_chunk_bytes - 1) & ~(chunk_is_mapped | chunk_of_own_arena),
    [kind_large] = (largest_chunk_bytes - 1) & ~(size_t)(large_chunk_bytes - 1),
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

/*
 * A block of another arena stands for both kinds, its size and its arena: a thread that has an arena of its own may
 * never take a block of the main one.
 */
static void compare(const void *block, size_t usable) {
    size_t word = chunk_word(block);
    if (chunk_usable(block) != usable) {
        atomic_store_explicit(&size_unproven_bits, 0, memory_order_relaxed);
        return;
    }
    count_agreed((word & bits_of_kind[kind_large]) != 0 ? kind_large : kind_small);
    if ((word & chunk_of_own_arena) != 0) {
        count_agreed(kind_of_own_arena);
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
    } else if (size_unproven() == 0) {
        size_t units = page_sizes_of_live(block);
        if (units != 0 && units * page_sizes_unit != real.malloc_usable_size(block)) {
            page_sizes_give_up();
        }
    }
}

size_t block_size_of_new(void *block, size_t requested) {
    if (size_unproven() != 0) {
        return block_size(block);
    }
    size_t units = page_sizes_of_new(block, requested);
    if (units != 0) {
        return units * page_sizes_unit;
    }
    size_t usable = real.malloc_usable_size(block);
    page_sizes_learn(block, requested, usable);
    return usable;
}

size_t block_size_of_aligned(void *block) {
    if (size_unproven() != 0) {
        return block_size(block);
    }
    size_t usable = real.malloc_usable_size(block);
    page_sizes_learn_aligned(block, usable);
    return usable;
}

size_t block_size_of_resized(void *block, uintptr_t old, size_t old_usable) {
    if (size_unproven() != 0) {
        return block_size(block);
    }
    size_t usable = real.malloc_usable_size(block);
    if ((uintptr_t)block != old || usable != old_usable) {
        page_sizes_learn_resized(block, usable);
    }
    return usable;
}
