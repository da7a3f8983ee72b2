/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "mmapped_choice.h"

enum { page = 4096 };

static struct mmapped_candidate at(uint64_t first, uint64_t pages, bool is_closed) {
    return (struct mmapped_candidate){first * page, (first + pages) * page, is_closed, false};
}

static void test_all(void) {
    struct mmapped_candidate list[] = {at(1, 3, false), at(10, 5, false)};
    mmapped_choose(list, 2, (struct mmapped_missing){2, 8 * page, false});
    CHECK(list[0].is_taken && list[1].is_taken);
    struct mmapped_candidate rough[] = {at(1, 3, false), at(10, 5, false)};
    mmapped_choose(rough, 2, (struct mmapped_missing){2, 8 * page + 48, true});
    CHECK(rough[0].is_taken && rough[1].is_taken);
}

/* Other words that look like a block are none: sums tell. */
static void test_some(void) {
    struct mmapped_candidate list[] = {at(1, 3, false), at(5, 7, false), at(20, 11, false), at(40, 13, false)};
    mmapped_choose(list, 4, (struct mmapped_missing){2, 18 * page, false});
    CHECK(!list[0].is_taken && list[1].is_taken && list[2].is_taken && !list[3].is_taken);
    struct mmapped_candidate none[] = {at(1, 3, false), at(5, 7, false)};
    mmapped_choose(none, 2, (struct mmapped_missing){1, 4 * page, false});
    CHECK(!none[0].is_taken && !none[1].is_taken);
}

static void test_closed_ones_first(void) {
    struct mmapped_candidate list[] = {at(1, 2, true), at(3, 4, true), at(4, 3, false), at(9, 5, false)};
    mmapped_choose(list, 4, (struct mmapped_missing){3, 11 * page, false});
    CHECK(list[0].is_taken && list[1].is_taken && !list[2].is_taken && list[3].is_taken);
    struct mmapped_candidate more[] = {at(1, 2, true), at(3, 4, true)};
    mmapped_choose(more, 2, (struct mmapped_missing){9, 100 * page, false});
    CHECK(more[0].is_taken && more[1].is_taken);
}

int main(void) {
    test_all();
    test_some();
    test_closed_ones_first();
    return 0;
}
