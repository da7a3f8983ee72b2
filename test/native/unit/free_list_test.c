/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "free_list.h"

#include <string.h>
#include <unistd.h>

/* Lists of free chunks in this process's own memory, which is read as another process's would be. */
enum { pages = 8, size = 48, header = 16 };
static _Alignas(4096) unsigned char memory[pages * 4096];
static uint64_t taken[16];
static unsigned taken_count;

static uint64_t at(unsigned index) {
    return (uint64_t)(uintptr_t)memory + (uint64_t)index * 1024;
}

static void put(unsigned index, uint64_t bytes, uint64_t link) {
    uint64_t words[3] = {0, bytes | 1, link};
    memcpy(memory + (size_t)index * 1024, words, sizeof words);
}

static uint64_t protected_link(unsigned index, uint64_t next) {
    return (at(index) + header) >> 12 ^ next;
}

static bool take(void *to, uint64_t chunk, uint64_t bytes) {
    CHECK(to == NULL && bytes == size && taken_count < 16);
    taken[taken_count++] = chunk;
    return true;
}

static bool follow(struct glibc_heaps *heaps, struct free_list list) {
    struct deadline deadline = {.until_ns = UINT64_MAX};
    struct target target;
    CHECK(target_open(getpid(), &deadline, &target).status == inspect_ok);
    struct heap_reader *reader = heap_reader_create(&target, heaps);
    CHECK(reader != NULL);
    taken_count = 0;
    bool is_whole = free_list_follow(reader, heaps, &list, take, NULL);
    heap_reader_destroy(reader);
    target_close(&target);
    return is_whole;
}

static struct glibc_heaps heap_of(uint64_t bytes) {
    struct heap heap = {.base = at(0), .limit = at(0) + bytes};
    struct glibc_heaps heaps = {0};
    heap.stretch.start = at(0);
    heap.stretch.end = at(0) + bytes;
    CHECK(glibc_heaps_add(&heaps, &heap).status == inspect_ok);
    return heaps;
}

static struct glibc_heaps one_heap(void) {
    return heap_of(sizeof memory);
}

/* To 2.31 links are addresses. */
static void test_plain_links(void) {
    struct glibc_heaps heaps = one_heap();
    put(3, size, at(1));
    put(1, size, at(7));
    put(7, size, 0);
    CHECK(follow(&heaps, (struct free_list){at(3), 0, size, size, 100, 0, false}));
    CHECK(taken_count == 3 && taken[0] == at(3) && taken[1] == at(1) && taken[2] == at(7) && heaps.links < 0);
    glibc_heaps_free(&heaps);
}

static void test_protected_links(void) {
    struct glibc_heaps heaps = one_heap();
    put(3, size, protected_link(3, at(1) + header));
    put(1, size, protected_link(1, at(7) + header));
    put(7, size, protected_link(7, 0));
    CHECK(follow(&heaps, (struct free_list){at(3) + header, header, size, size, 3, -1, false}));
    CHECK(taken_count == 3 && taken[2] == at(7) && heaps.links > 0);
    /* One may have been of a chunk that had just left its list: it does not settle how all others are linked. */
    put(7, size, 0);
    CHECK(follow(&heaps, (struct free_list){at(7), 0, size, size, 3, 0, false}) && heaps.links > 0);
    glibc_heaps_free(&heaps);
}

/* A ring, a chunk of another size, one of another arena, a longer list than can be, an address of no heap. */
static void test_what_is_no_list(void) {
    struct glibc_heaps heaps = one_heap();
    for (unsigned index = 0; index < 8; index++) {
        put(index, size, at((index + 1) % 8));
    }
    CHECK(!follow(&heaps, (struct free_list){at(0), 0, size, size, 1 << 20, 0, false}) && taken_count <= 16);
    CHECK(!follow(&heaps, (struct free_list){at(0), 0, size, size, 5, 0, false}) && taken_count == 5);
    CHECK(!follow(&heaps, (struct free_list){at(0), 0, size, size, 100, 1, false}) && taken_count == 0);
    CHECK(!follow(&heaps, (struct free_list){at(0) + 8, 0, size, size, 100, 0, false}) && taken_count == 0);
    put(2, size + 16, 0);
    CHECK(!follow(&heaps, (struct free_list){at(0), 0, size, size, 100, 0, false}) && taken_count == 2);
    put(1, size, at(0) + sizeof memory);
    CHECK(!follow(&heaps, (struct free_list){at(0), 0, size, size, 100, 0, false}) && taken_count == 2);
    glibc_heaps_free(&heaps);
}

/* From 2.43 on, between chunks of a heap, in the order of their sizes. */
static void test_mapped_chunks(void) {
    enum { mmapped = 2, outside = 20 };
    struct glibc_heaps heaps = heap_of(4 * 4096);
    put(3, size, protected_link(3, at(outside) + header));
    put(outside, size | mmapped, protected_link(outside, at(7) + header));
    put(7, size, protected_link(7, 0));
    struct free_list list = {at(3) + header, header, size, 2 * size, 100, -1, true};
    CHECK(follow(&heaps, list));
    CHECK(taken_count == 2 && taken[0] == at(3) && taken[1] == at(7));
    /* One that does not say that it has a mapping of its own, and one in a bin that has none. */
    put(outside, size, protected_link(outside, at(7) + header));
    CHECK(!follow(&heaps, list) && taken_count == 1);
    put(outside, size | mmapped, protected_link(outside, at(7) + header));
    list.may_be_mapped = false;
    CHECK(!follow(&heaps, list) && taken_count == 1);
    /* A ring of them. */
    put(outside, size | mmapped, protected_link(outside, at(outside) + header));
    list.may_be_mapped = true;
    CHECK(!follow(&heaps, list) && taken_count == 1);
    glibc_heaps_free(&heaps);
}

static void test_address_set(void) {
    struct address_set set = {0};
    for (uint64_t value = 3000; value > 0; value -= 3) {
        CHECK(address_set_add(&set, value) && address_set_add(&set, value));
    }
    address_set_sort(&set);
    CHECK(set.count == 1000);
    size_t place = 0;
    for (uint64_t value = 0; value <= 3001; value++) {
        CHECK(address_set_has(&set, &place, value) == (value % 3 == 0 && value > 0 && value <= 3000));
    }
    for (uint64_t value = 3001; value > 7; value -= 7) { /* and backwards */
        CHECK(address_set_has(&set, &place, value) == (value % 3 == 0));
    }
    address_set_free(&set);
    /* As many as are sorted by their digits. */
    uint64_t random = 1;
    for (unsigned index = 0; index < 100003; index++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        CHECK(address_set_add(&set, random >> 17));
    }
    address_set_sort(&set);
    for (size_t index = 1; index < set.count; index++) {
        CHECK(set.list[index - 1] < set.list[index]);
    }
    CHECK(set.count > 100000 && set.count <= 100003);
    address_set_free(&set);
}

int main(void) {
    memset(memory, 0, sizeof memory);
    test_plain_links();
    test_protected_links();
    test_what_is_no_list();
    test_mapped_chunks();
    test_address_set();
    return 0;
}
