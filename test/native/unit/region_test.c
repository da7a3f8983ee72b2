/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "region.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

enum { thread_count = 4, address_count = 20000, page = 4096 };

/* Addresses no mapping has: the table never looks at what is there. Far apart, so that each hundred needs a leaf of its
 * own. */
static void *address(size_t index) {
    return (void *)(((uintptr_t)1 << 44) + index * page + index / 100 * ((uintptr_t)1 << 30));
}

static void test_one_block(void) {
    size_t requested = 0;
    CHECK(!region_find(address(0), &requested) && !region_take(address(0), &requested));
    CHECK(region_insert(address(0), 17));
    CHECK(region_find(address(0), &requested) && requested == 17);
    CHECK(!region_find((char *)address(0) + 8, &requested) && !region_take((char *)address(0) + 8, &requested));
    CHECK(!region_find((char *)address(0) + page, &requested));
    CHECK(region_take(address(0), &requested) && requested == 17);
    CHECK(!region_take(address(0), &requested));
    CHECK(region_insert(address(0), 0));
    CHECK(region_take(address(0), &requested) && requested == 0);
}

static void test_what_was_a_block_is_known(void) {
    size_t requested = 0;
    const void *block = NULL;
    char *at = address(500);
    CHECK(!region_knows(at) && !region_find_below(at, &block, &requested));
    CHECK(region_insert(at, 2 * page) && region_knows(at) && !region_knows(at + page) && !region_knows(at + 8));
    CHECK(region_find_below(at + 8 * page + 8, &block, &requested) && block == at && requested == 2 * page);
    CHECK(region_find_below(at, &block, &requested) && !region_find_below(at - 8, &block, &requested));
    CHECK(region_take(at, &requested) && region_knows(at) && !region_find_below(at + 8, &block, &requested));
    CHECK(region_knows((void *)((uintptr_t)1 << 60)));
}

static void test_addresses_that_cannot_be_blocks(void) {
    size_t requested = 0;
    CHECK(!region_take(NULL, &requested) && !region_take((void *)UINTPTR_MAX, &requested));
    CHECK(!region_take((void *)((uintptr_t)1 << 48), &requested) && !region_find((void *)1, &requested));
}

static void test_reservation(void) {
    size_t requested = 0;
    struct region_leaf *used = region_reserve();
    struct region_leaf *unused = region_reserve();
    CHECK(used != NULL && unused != NULL && used != unused);
    region_insert_reserved(address(999999), 5, used);
    region_insert_reserved(address(999998), 6, unused); /* the leaf is there by now: the reservation ends unused */
    CHECK(region_take(address(999999), &requested) && requested == 5);
    CHECK(region_take(address(999998), &requested) && requested == 6);
    struct region_leaf *spare = region_reserve();
    CHECK(spare == unused); /* kept, not unmapped */
    region_unreserve(spare);
}

static _Atomic size_t taken_count;
static pthread_barrier_t barrier;

/* All threads insert their share, then all try to take everything: each block is taken once. */
static void *insert_and_take(void *argument) {
    size_t requested = 0;
    for (size_t index = (uintptr_t)argument; index < address_count; index += thread_count) {
        CHECK(region_insert(address(index), index));
    }
    pthread_barrier_wait(&barrier);
    for (size_t index = 0; index < address_count; index++) {
        if (region_take(address(index), &requested)) {
            CHECK(requested == index);
            atomic_fetch_add(&taken_count, 1);
        }
    }
    return NULL;
}

static void test_threads(void) {
    pthread_t threads[thread_count];
    pthread_barrier_init(&barrier, NULL, thread_count);
    for (uintptr_t index = 0; index < thread_count; index++) {
        CHECK(pthread_create(&threads[index], NULL, insert_and_take, (void *)index) == 0);
    }
    for (size_t index = 0; index < thread_count; index++) {
        CHECK(pthread_join(threads[index], NULL) == 0);
    }
    CHECK(taken_count == address_count);
}

int main(void) {
    test_one_block();
    test_what_was_a_block_is_known();
    test_addresses_that_cannot_be_blocks();
    test_reservation();
    test_threads();
    return 0;
}
