/* SPDX-License-Identifier: MIT */
#include "composed.h"

#include "check.h"
#include "sys_pages.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What they are made of, here: one block that is never given back, as it was left by whoever had it. */
enum { block_pages = 5 };
static unsigned char *block;
static unsigned made, made_aligned;
static size_t asked_bytes, asked_alignment;

static void *make(size_t bytes) {
    made++;
    asked_bytes = bytes;
    return bytes > block_pages * pages_size() ? NULL : block;
}

static void *make_aligned(size_t alignment, size_t bytes) {
    made_aligned++;
    asked_alignment = alignment;
    asked_bytes = bytes;
    errno = alignment % 2 != 0 ? EINVAL : errno;
    return alignment % 2 != 0 ? NULL : block;
}

static bool is_zero(size_t from, size_t to) {
    for (; from < to; from++) {
        if (block[from] != 0) {
            return false;
        }
    }
    return true;
}

static void test_calloc_clears_what_was_used_and_leaves_the_rest(void) {
    size_t whole = block_pages * pages_size();
    for (size_t bytes = 0; bytes <= whole; bytes = bytes * 2 + 1) {
        for (size_t written = 0; written < bytes; written = written * 3 + 1) {
            memset(block, 0, whole);
            block[written] = 1;
            block[bytes - 1] = 1;
            CHECK(composed_calloc(bytes, 1) == block && asked_bytes == bytes && is_zero(0, bytes));
        }
    }
    memset(block, 7, whole);
    CHECK(composed_calloc(3, pages_size()) == block && asked_bytes == 3 * pages_size());
    CHECK(is_zero(0, 3 * pages_size()) && block[3 * pages_size()] == 7 && block[whole - 1] == 7);
}

static void test_calloc_that_fails(void) {
    errno = 0;
    unsigned made_before = made;
    CHECK(composed_calloc(SIZE_MAX / 2, 3) == NULL && errno == ENOMEM && made == made_before);
    CHECK(composed_calloc(block_pages + 1, pages_size()) == NULL && made == made_before + 1);
}

static void test_what_aligns_is_made_of_one(void) {
    void *created = &made;
    CHECK(composed_posix_memalign(&created, 4, 9) == EINVAL && created == &made && made_aligned == 0);
    CHECK(composed_posix_memalign(&created, 9, 9) == EINVAL && created == &made && made_aligned == 1);
    CHECK(composed_posix_memalign(&created, 64, 9) == 0 && created == block && asked_alignment == 64);
    CHECK(composed_memalign(32, 5) == block && asked_alignment == 32 && asked_bytes == 5);
    CHECK(composed_valloc(7) == block && asked_alignment == pages_size() && asked_bytes == 7);
    CHECK(made_aligned == 4);
}

int main(void) {
    block = pages_map(block_pages * pages_size());
    CHECK(block != NULL);
    composed_start(make, make_aligned);
    test_calloc_clears_what_was_used_and_leaves_the_rest();
    test_calloc_that_fails();
    test_what_aligns_is_made_of_one();
    return 0;
}
