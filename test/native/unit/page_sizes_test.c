/* SPDX-License-Identifier: MIT */
#include "page_sizes.h"

#include "check.h"

/* Blocks that only their addresses matter of. */
static void *at(uintptr_t address) {
    return (void *)address;
}

enum { unit = page_sizes_unit };
#define first_page ((uintptr_t)0x7f0000400000)
/* It shares the entry of the first page. */
#define far_page (first_page + (uintptr_t)page_sizes_pages * 4096)

/* Until odd sizes have been rounded up often enough. */
static void prove(enum page_sizes_kind kind) {
    page_sizes_give_up();
    page_sizes_start(kind);
    for (unsigned block = 0; block < 64; block++) {
        page_sizes_learn(at(first_page + 64 * block), 61, 64);
        CHECK(page_sizes_of_live(at(first_page)) == 0);
    }
    page_sizes_learn(at(first_page), 61, 64);
}

static void test_a_page_has_one_size(void) {
    prove(page_sizes_are_uniform);
    CHECK(page_sizes_of_live(at(first_page)) * unit == 64);
    CHECK(page_sizes_of_live(at(first_page + 4032)) * unit == 64);
    CHECK(page_sizes_of_live(at(first_page + 4096)) == 0);
    CHECK(page_sizes_of_live(at(first_page - 64)) == 0);
}

static void test_a_new_block_is_known_where_page_and_request_agree(void) {
    prove(page_sizes_are_uniform);
    CHECK(page_sizes_of_new(at(first_page + 128), 57) * unit == 64);
    CHECK(page_sizes_of_new(at(first_page + 128), 64) * unit == 64);
    CHECK(page_sizes_of_new(at(first_page + 128), 56) == 0);
    CHECK(page_sizes_of_new(at(first_page + 128), 65) == 0);
    CHECK(page_sizes_of_new(at(first_page + 128), 8193) == 0);
    CHECK(page_sizes_of_new(at(first_page + 8192), 61) == 0);
}

static void test_a_page_that_has_another_class_now_is_found_out(void) {
    prove(page_sizes_are_uniform);
    page_sizes_learn(at(first_page + 40960), 1000, 1024);
    CHECK(page_sizes_of_new(at(first_page), 1000) == 0);
    page_sizes_learn(at(first_page), 1000, 1024);
    CHECK(page_sizes_of_new(at(first_page + 1024), 1000) * unit == 1024);
    CHECK(page_sizes_of_live(at(first_page + 2048)) * unit == 1024);
    CHECK(page_sizes_of_new(at(first_page + 64), 61) == 0);
}

static void test_pages_of_one_entry_are_not_taken_for_each_other(void) {
    prove(page_sizes_are_uniform);
    page_sizes_learn(at(far_page), 1000, 1024);
    CHECK(page_sizes_of_live(at(far_page)) * unit == 1024);
    CHECK(page_sizes_of_live(at(first_page)) == 0);
    CHECK(page_sizes_of_new(at(first_page), 61) == 0);
}

static void test_a_block_too_large_for_an_entry_ends_what_was_known_of_its_page(void) {
    prove(page_sizes_are_uniform);
    page_sizes_learn(at(far_page), 100000, 106496);
    CHECK(page_sizes_of_live(at(first_page)) * unit == 64);
    page_sizes_learn(at(first_page), 100000, 106496);
    CHECK(page_sizes_of_live(at(first_page)) == 0);
    page_sizes_learn(at(first_page), 32760, 32760);
    CHECK(page_sizes_of_live(at(first_page)) * unit == 32760);
    page_sizes_learn_resized(at(first_page), 40960);
    CHECK(page_sizes_of_live(at(first_page)) == 0);
}

static void test_what_realloc_gives_says_nothing_of_requests(void) {
    prove(page_sizes_are_uniform);
    page_sizes_learn_resized(at(first_page + 8192), 1280);
    CHECK(page_sizes_of_live(at(first_page + 8192)) * unit == 1280);
    CHECK(page_sizes_of_new(at(first_page + 8192), 1031) == 0);
}

static void test_an_aligned_block_within_another_has_its_page_asked(void) {
    prove(page_sizes_but_alignment);
    page_sizes_learn_aligned(at(first_page + 64), 64);
    CHECK(page_sizes_of_live(at(first_page)) * unit == 64);
    page_sizes_learn_aligned(at(first_page + 96), 32);
    page_sizes_learn(at(first_page), 61, 64);
    CHECK(page_sizes_of_live(at(first_page)) == 0);
    CHECK(page_sizes_of_new(at(first_page), 61) == 0);
    page_sizes_learn(at(first_page + 8192), 61, 64);
    CHECK(page_sizes_of_live(at(first_page + 8192)) * unit == 64);
    /* Where the first block of a page is an aligned one, too, and before anything is proven. */
    page_sizes_give_up();
    page_sizes_start(page_sizes_but_alignment);
    page_sizes_learn_aligned(at(first_page + 96), 32);
    for (unsigned block = 0; block < 100; block++) {
        page_sizes_learn(at(first_page), 61, 64);
    }
    CHECK(page_sizes_of_live(at(first_page)) == 0);
}

static void test_aligned_blocks_of_uniform_pages_are_as_the_others(void) {
    prove(page_sizes_are_uniform);
    page_sizes_learn_aligned(at(first_page + 8192), 128);
    CHECK(page_sizes_of_live(at(first_page + 8192)) * unit == 128);
}

static void test_an_allocator_that_rounds_nothing_up_is_asked(void) {
    prove(page_sizes_are_uniform);
    page_sizes_learn(at(first_page + 4096), 61, 61);
    CHECK(page_sizes_of_live(at(first_page)) == 0);
    for (unsigned block = 0; block < 100; block++) {
        page_sizes_learn(at(first_page), 61, 64);
    }
    CHECK(page_sizes_of_live(at(first_page)) == 0);
}

static void test_nothing_is_kept_of_an_allocator_that_is_not_known(void) {
    page_sizes_give_up();
    page_sizes_start(page_sizes_are_asked);
    for (unsigned block = 0; block < 100; block++) {
        page_sizes_learn(at(first_page), 61, 64);
        page_sizes_learn_resized(at(first_page), 64);
        page_sizes_learn_aligned(at(first_page), 64);
    }
    CHECK(page_sizes_of_live(at(first_page)) == 0);
    CHECK(page_sizes_of_new(at(first_page), 61) == 0);
}

static void test_buckets_are_bit_widths_of_bytes(void) {
    for (size_t units = 1; units < page_sizes_units_in_page; units++) {
        CHECK(page_sizes_bucket[units] == 64 - (unsigned)__builtin_clzll(units * unit));
    }
}

int main(void) {
    test_a_page_has_one_size();
    test_a_new_block_is_known_where_page_and_request_agree();
    test_a_page_that_has_another_class_now_is_found_out();
    test_pages_of_one_entry_are_not_taken_for_each_other();
    test_a_block_too_large_for_an_entry_ends_what_was_known_of_its_page();
    test_what_realloc_gives_says_nothing_of_requests();
    test_an_aligned_block_within_another_has_its_page_asked();
    test_aligned_blocks_of_uniform_pages_are_as_the_others();
    test_an_allocator_that_rounds_nothing_up_is_asked();
    test_nothing_is_kept_of_an_allocator_that_is_not_known();
    test_buckets_are_bit_widths_of_bytes();
    return 0;
}
