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
    static const struct hotspot_space before[] = {{10, 20}, {30, 40}, {50, 60}};
    static const struct hotspot_space now[] = {{10, 20}, {25, 30}, {30, 45}, {55, 58}, {70, 80}};
    static const struct hotspot_space expected[] = {{25, 30}, {40, 45}, {70, 80}};
    check(now, COUNT(now), before, COUNT(before), expected, COUNT(expected));
    check(now, COUNT(now), now, COUNT(now), NULL, 0);
    check(now, COUNT(now), NULL, 0, now, COUNT(now));
    check(NULL, 0, before, COUNT(before), NULL, 0);
}

static void test_one_that_reaches_into_several(void) {
    static const struct hotspot_space before[] = {{15, 35}};
    static const struct hotspot_space now[] = {{10, 20}, {20, 30}, {30, 40}};
    static const struct hotspot_space expected[] = {{10, 15}, {35, 40}};
    check(now, COUNT(now), before, COUNT(before), expected, COUNT(expected));
}

static void test_several_within_one(void) {
    static const struct hotspot_space before[] = {{12, 14}, {14, 16}, {18, 20}};
    static const struct hotspot_space now[] = {{10, 22}};
    static const struct hotspot_space expected[] = {{10, 12}, {16, 18}, {20, 22}};
    check(now, COUNT(now), before, COUNT(before), expected, COUNT(expected));
}

int main(void) {
    test_what_is_new();
    test_one_that_reaches_into_several();
    test_several_within_one();
    return 0;
}
