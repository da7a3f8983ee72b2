/* SPDX-License-Identifier: MIT */
#include "alloc.h"
#include "check.h"
#include "counter_sum.h"
#include "counters.h"
#include "page_memory.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { thread_count = 4, slot_count = 64, step_count = IS_SANITIZED ? 1000 : 4000, largest = 200000 };

/* One block of the random program, filled with its tag. */
struct held {
    unsigned char *block;
    size_t size;
    unsigned char tag;
};

static uint64_t next_random(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* The first byte is the tag, and each the same as the one before it: memcmp, since a sanitizer looks up each byte of a
 * loop. */
static void check_filled(const struct held *held, size_t size) {
    CHECK(size == 0 || (held->block[0] == held->tag && memcmp(held->block, held->block + 1, size - 1) == 0));
}

static void allocate(struct held *held, uint64_t *random) {
    held->size = next_random(random) % largest;
    held->tag = (unsigned char)next_random(random);
    bool aligned = next_random(random) % 4 == 0;
    size_t alignment = (size_t)1 << next_random(random) % 18;
    held->block = aligned ? mmapalloc_memalign(alignment, held->size) : mmapalloc_malloc(held->size);
    CHECK(held->block != NULL && (!aligned || (uintptr_t)held->block % alignment == 0));
    memset(held->block, held->tag, held->size);
}

static void resize(struct held *held, uint64_t *random) {
    size_t size = next_random(random) % largest + 1;
    held->block = mmapalloc_realloc(held->block, size);
    CHECK(held->block != NULL && mmapalloc_malloc_usable_size(held->block) >= size);
    check_filled(held, size < held->size ? size : held->size);
    held->size = size;
    memset(held->block, held->tag, size);
}

/* A random program: nobody else ever writes into a block, whatever is created, resized and destroyed around it. */
static void *run(void *argument) {
    struct held held[slot_count] = {{0}};
    uint64_t random = (uintptr_t)argument;
    for (unsigned step = 0; step < step_count; step++) {
        struct held *one = &held[next_random(&random) % slot_count];
        if (one->block == NULL) {
            allocate(one, &random);
        } else if (next_random(&random) % 3 == 0) {
            resize(one, &random);
        } else {
            check_filled(one, one->size);
            mmapalloc_free(one->block);
            one->block = NULL;
        }
    }
    for (unsigned index = 0; index < slot_count; index++) {
        mmapalloc_free(held[index].block);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[thread_count];
    for (uintptr_t seed = 0; seed < thread_count; seed++) {
        CHECK(pthread_create(&threads[seed], NULL, run, (void *)seed) == 0);
    }
    for (unsigned index = 0; index < thread_count; index++) {
        CHECK(pthread_join(threads[index], NULL) == 0);
    }
    int64_t cells[counter_cell_count];
    CHECK(counter_page_sum(counters_page, atomic_load(&counters_page->header.slot_limit), cells));
    CHECK(cells[counter_live_allocations] == 0 && cells[counter_live_mapped_bytes] == 0);
    return 0;
}
