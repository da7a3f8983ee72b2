/* SPDX-License-Identifier: MIT */
#ifndef RANDOM_HEAP_BLOCKS_H
#define RANDOM_HEAP_BLOCKS_H

/* What a thread of random_heap.c does with malloc in a turn of its. */

#include "random_heap_options.h"
#include "random_heap_truth.h"

#include "random_heap_pieces.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

enum { most_blocks = 1 << 17 };

/* Its table is static: it must not be in the heap that is looked at. */
struct worker {
    pthread_t thread;
    sem_t turn;
    bool is_started;
    bool ends;
    long long turns_left;
    size_t count;
    void *blocks[most_blocks];
};

static uint64_t random_state;
static size_t held_bytes;

/* splitmix64 */
static uint64_t next_random(uint64_t *state) {
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

static size_t below(uint64_t limit) {
    return (size_t)(next_random(&random_state) % limit);
}

static bool happens(long long percent) {
    return (long long)below(100) < percent;
}

static size_t size_of_kind(uint64_t *state) {
    uint64_t number = next_random(state);
    uint64_t power = UINT64_C(1) << number % 21;
    number >>= 8;
    switch (options.sizes) {
    case sizes_tiny:
        return 1 + number % 120;
    case sizes_small:
        return 1 + number % 1032;
    case sizes_pages:
        return 1 + number % 8192;
    case sizes_large:
        return (64 << 10) + number % (960 << 10);
    case sizes_mapped:
        return (128 << 10) + number % (2 << 20);
    default:
        return power + number % power;
    }
}

/*
 * Not those of which libc may allocate chunks for itself, which come up to 32 bytes larger than asked: a thread's dtv
 * of 0x110 to 0x140 bytes, and its tcache of 0x250 (2.26), 0x290 (2.30) or 0x300 bytes (2.42).
 */
static size_t random_size(uint64_t *state) {
    size_t size = size_of_kind(state);
    size_t chunk = (size + 8 + 15) / 16 * 16;
    if (chunk >= 0xe0 && chunk <= 0x160) {
        return size + 0x90;
    }
    return chunk >= 0x220 && chunk <= 0x320 ? size + 0x110 : size;
}

static void *allocate_aligned(size_t size) {
    size_t alignment = (size_t)32 << below(12); /* to largest_alignment */
    void *block = NULL;
    switch (below(3)) {
    case 0:
        block = memalign(alignment, size);
        break;
    case 1:
        block = aligned_alloc(alignment, size);
        break;
    default:
        block = posix_memalign(&block, alignment, size) == 0 ? block : NULL;
    }
    EXPECT((uintptr_t)block % alignment == 0);
    return block;
}

static void *allocate(size_t size) {
    bool is_aligned = happens(options.aligned);
    bool is_zeroed = happens(options.zeroed);
    return is_aligned ? allocate_aligned(size) : is_zeroed ? calloc(1, size) : malloc(size);
}

/*
 * By sbrk of its own a program can make malloc fail once: sysmalloc frees the old top, which trims the new one, and
 * then that is too small.
 */
static void *surely_allocate(size_t size) {
    void *block = allocate(size);
    block = block != NULL ? block : allocate(size);
    EXPECT(block != NULL);
    note_piece(block);
    return block;
}

static void *surely_resize(void *block, size_t size) {
    void *resized = realloc(block, size);
    resized = resized != NULL ? resized : realloc(block, size);
    EXPECT(resized != NULL);
    note_piece(resized);
    return resized;
}

static void fill(void *block) {
    if (happens(options.filled)) {
        memset(block, 0xa5, malloc_usable_size(block));
    }
}

static void allocate_some(struct worker *worker) {
    for (size_t left = 1 + below((uint64_t)options.blocks); left > 0 && worker->count < most_blocks; left--) {
        size_t size = random_size(&random_state);
        if (held_bytes + size > (size_t)options.bytes) {
            return;
        }
        void *block = surely_allocate(size);
        fill(block);
        held_bytes += malloc_usable_size(block);
        worker->blocks[worker->count++] = block;
    }
}

static void resize_some(struct worker *worker) {
    for (size_t left = worker->count * (size_t)options.resized / 100; left > 0; left--) {
        void **block = &worker->blocks[below(worker->count)];
        held_bytes -= malloc_usable_size(*block);
        *block = surely_resize(*block, random_size(&random_state));
        fill(*block);
        held_bytes += malloc_usable_size(*block);
    }
}

static size_t index_to_free(struct worker *worker, long long order, size_t step, size_t start) {
    size_t count = worker->count;
    size_t last = count - 1 - step;
    size_t evens = (count + 1) / 2;
    size_t other;
    void *block;
    switch (order) {
    case order_lifo:
        return last;
    case order_fifo:
        return step;
    case order_alternate:
        return step < evens ? step * 2 : (step - evens) * 2 + 1;
    case order_run:
        return (start + step) % count;
    default: /* shuffled: those that are left are before the last */
        other = below(last + 1);
        block = worker->blocks[other];
        worker->blocks[other] = worker->blocks[last];
        worker->blocks[last] = block;
        return last;
    }
}

static void free_some(struct worker *worker) {
    size_t left = 0;
    size_t start = worker->count == 0 ? 0 : below(worker->count);
    long long order = options.order == order_mixed ? (long long)below(order_mixed) : options.order;
    for (size_t step = 0; step < worker->count * (size_t)options.freed / 100; step++) {
        size_t index = index_to_free(worker, order, step, start);
        held_bytes -= malloc_usable_size(worker->blocks[index]);
        free(worker->blocks[index]);
        worker->blocks[index] = NULL;
    }
    for (size_t index = 0; index < worker->count; index++) {
        if (worker->blocks[index] != NULL) {
            worker->blocks[left++] = worker->blocks[index];
        }
    }
    worker->count = left;
}

#endif
