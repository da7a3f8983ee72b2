/* SPDX-License-Identifier: MIT */
#include "block_size.h"
#include "real_malloc.h"

#include "check.h"

#include <malloc.h>
#include <stdlib.h>

static void check_size(void *block) {
    CHECK(block != NULL);
    CHECK(block_size(block) == malloc_usable_size(block));
    real.free(block);
}

/* Under a sanitizer malloc is not glibc's, and block_size() has to ask: whatever the size is. */
static void test_sizes_are_those_of_malloc_usable_size(void) {
    for (size_t size = 0; size <= 70000; size += IS_SANITIZED ? 7 : 1) {
        check_size(real.malloc(size));
        check_size(real.memalign((size_t)16 << (size % 9), size));
        check_size(real.realloc(real.malloc(size), size / 3 + 1));
    }
    for (size_t size = 70001; size < (size_t)1 << (IS_SANITIZED ? 24 : 28); size = size * 9 / 8 + 1) {
        check_size(real.malloc(size));
        check_size(real.calloc(1, size));
        check_size(real.memalign(8192, size));
    }
}

/* Allocators whose headers are glibc's, and say what glibc's would: the size that is asked is another matter. */

enum { words = 4 };
static _Alignas(16) size_t chunk[words];
static void *const fake_block = &chunk[2];
static unsigned asked;

static size_t as_in_heap(void *block) {
    asked++;
    return (chunk_word(block) & ~chunk_flags) - 8;
}

static size_t one_word_short(void *block) {
    asked++;
    return (chunk_word(block) & ~chunk_flags) - 16;
}

/* Sizes of `count` blocks with this header; how many of them were asked. */
static unsigned asks(size_t header, unsigned count, size_t expected) {
    chunk[1] = header;
    asked = 0;
    for (unsigned index = 0; index < count; index++) {
        CHECK(block_size(fake_block) == expected);
    }
    return asked;
}

enum { small = 0x40 | 1, large = 0x500 | 1, large_of_other_arena = large | 4, small_of_other_arena = small | 4 };

static void prove_small(void) {
    block_size_start(true);
    CHECK(asks(small, 1000, 0x38) <= 256);
    CHECK(asks(small, 1000, 0x38) == 0);
}

static void test_each_kind_of_block_is_proven_by_its_own(void) {
    real.malloc_usable_size = as_in_heap;
    prove_small();
    CHECK(asks(large, 1000, 0x4f8) == 256);
    CHECK(asks(small_of_other_arena, 1000, 0x38) == 256);
    CHECK(asks(large_of_other_arena, 1000, 0x4f8) == 0);
    CHECK(asks(large, 1000, 0x4f8) == 0);
}

/* As where all is done by threads that have arenas of their own. */
static void test_blocks_of_another_arena_prove_their_sizes_too(void) {
    real.malloc_usable_size = as_in_heap;
    block_size_start(true);
    CHECK(asks(small_of_other_arena, 1000, 0x38) == 256);
    CHECK(asks(small, 1000, 0x38) == 0);
    CHECK(asks(large, 1000, 0x4f8) == 256);
}

/* glibc 2.43's lose one word, those before it two. */
static void test_mapped_chunks_are_always_asked(void) {
    enum { mapped = 0x21000 | 2 };
    real.malloc_usable_size = as_in_heap;
    CHECK(asks(mapped, 1000, 0x20ff8) == 1000);
    real.malloc_usable_size = one_word_short;
    CHECK(asks(mapped, 1000, 0x20ff0) == 1000);
    CHECK(asks(small, 1000, 0x38) == 0);
}

static void test_one_disagreement_ends_the_reading_of_headers(void) {
    block_size_recheck(fake_block);
    CHECK(size_unproven() == 0);
    CHECK(asks(small, 1000, 0x30) == 1000);
    real.malloc_usable_size = as_in_heap;
    block_size_recheck(fake_block);
    CHECK(asks(small, 1000, 0x38) == 1000);
}

int main(void) {
    void *kept[1000];
    block_size_start(real_malloc_start());
    for (size_t index = 0; index < 1000; index++) {
        kept[index] = real.malloc(index * 131);
        CHECK(block_size(kept[index]) == malloc_usable_size(kept[index]));
    }
    test_sizes_are_those_of_malloc_usable_size();
    for (size_t index = 0; index < 1000; index++) {
        real.free(kept[index]);
    }
    test_each_kind_of_block_is_proven_by_its_own();
    test_blocks_of_another_arena_prove_their_sizes_too();
    test_mapped_chunks_are_always_asked();
    test_one_disagreement_ends_the_reading_of_headers();
    return 0;
}
