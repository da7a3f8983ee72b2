/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "space_difference.h"

enum { most = 16 };

static void check(const struct hotspot_space *now, size_t now_count, const struct hotspot_space *before,
                  size_t before_count, const struct hotspot_space *expected, size_t expected_count) {
    struct hotspot_space found[most];
    size_t count = space_difference(now, now_count, before, before_count, found);
    CHECK(count == expected_count);
    for (size_t index = 0; index < count; index++) {
        CHECK(found[index].bottom == expected[index].bottom && found[index].top == expected[index].top);
    }
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void test_what_is_new(void) {
    static const struct hotspot_space before[] = {{10, 20, 0}, {30, 40, 0}, {50, 60, 0}};
    static const struct hotspot_space now[] = {{10, 20, 0}, {25, 30, 0}, {30, 45, 0}, {55, 58, 0}, {70, 80, 0}};
    static const struct hotspot_space expected[] = {{25, 30, 0}, {40, 45, 0}, {70, 80, 0}};
    check(now, COUNT(now), before, COUNT(before), expected, COUNT(expected));
    check(now, COUNT(now), now, COUNT(now), NULL, 0);
    check(now, COUNT(now), NULL, 0, now, COUNT(now));
    check(NULL, 0, before, COUNT(before), NULL, 0);
}

static void test_one_that_reaches_into_several(void) {
    static const struct hotspot_space before[] = {{15, 35, 0}};
    static const struct hotspot_space now[] = {{10, 20, 0}, {20, 30, 0}, {30, 40, 0}};
    static const struct hotspot_space expected[] = {{10, 15, 0}, {35, 40, 0}};
    check(now, COUNT(now), before, COUNT(before), expected, COUNT(expected));
}

static void test_several_within_one(void) {
    static const struct hotspot_space before[] = {{12, 14, 0}, {14, 16, 0}, {18, 20, 0}};
    static const struct hotspot_space now[] = {{10, 22, 0}};
    static const struct hotspot_space expected[] = {{10, 12, 0}, {16, 18, 0}, {20, 22, 0}};
    check(now, COUNT(now), before, COUNT(before), expected, COUNT(expected));
}

static void test_one_that_was_made_anew(void) {
    static const struct hotspot_space before[] = {{10, 20, 7}, {20, 30, 7}};
    static const struct hotspot_space now[] = {{10, 20, 8}, {20, 30, 7}};
    static const struct hotspot_space expected[] = {{10, 20, 8}};
    check(now, COUNT(now), before, COUNT(before), expected, COUNT(expected));
}

int main(void) {
    test_one_that_was_made_anew();
    test_what_is_new();
    test_one_that_reaches_into_several();
    test_several_within_one();
    return 0;
}
