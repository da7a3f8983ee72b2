/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "object_set.h"

enum { objects = 5003 };

static void test_span(uint64_t first, uint64_t end) {
    struct object_set set;
    CHECK(object_set_make(first, end, &set));
    uint64_t spread = (end - first) / objects / 8 * 8;
    for (uint32_t index = 0; index < objects; index++) {
        CHECK(object_set_add(&set, first + index * spread) == index);
    }
    CHECK(set.count == objects);
    for (uint32_t index = 0; index < objects; index++) {
        CHECK(object_set_find(&set, first + index * spread) == index);
        CHECK(object_set_find(&set, first + index * spread + 8) == no_object || spread == 8);
    }
    CHECK(object_set_add(&set, first + 3 * spread) == 3);
    CHECK(object_set_add(&set, end) == no_object && object_set_add(&set, set.first - 8) == no_object);
    CHECK(!object_set_may_have(&set, end) && !object_set_may_have(&set, UINT64_MAX));
    object_set_free(&set);
}

/* A small heap; views of ZGC on x86-64, which begin at 2^42; and on arm64, the last of which begins at 2^46. */
int main(void) {
    test_span(UINT64_C(0xc0000000), UINT64_C(0x100000000));
    test_span(UINT64_C(1) << 42, (UINT64_C(1) << 45) - 4096);
    test_span(UINT64_C(1) << 44, (UINT64_C(1) << 46) + (UINT64_C(1) << 30));
    test_span(4096, UINT64_C(1) << 48);
    struct object_set none;
    CHECK(!object_set_make(16, 8, &none));
    return 0;
}
