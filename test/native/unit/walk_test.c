/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "chunk_walk.h"

#include <string.h>

/* A heap made by hand. The walk is fed from it as from another process. */
enum { base = 0x10000000, image_bytes = 1 << 20 };
static _Alignas(16) unsigned char image[image_bytes];
static uint64_t present[image_bytes / 4096 / 64];
static struct tally tally;
static struct tally careful;
static struct chunk_walk walk;

static void put(uint64_t at, uint64_t prev_size, uint64_t word) {
    memcpy(image + (at - base), &prev_size, sizeof prev_size);
    memcpy(image + (at - base) + 8, &word, sizeof word);
}

/* `count` chunks of `size`, every `free_every`th free, then the top up to the end of the image. */
static uint64_t fill(uint64_t size, unsigned count, unsigned free_every) {
    uint64_t at = base;
    bool was_free = false;
    memset(image, 0, sizeof image);
    memset(present, 0xff, sizeof present);
    for (unsigned index = 0; index < count; index++, at += size) {
        put(at, was_free ? size : 0, size | !was_free);
        was_free = free_every != 0 && index % free_every == free_every - 1;
    }
    put(at, was_free ? size : 0, (base + image_bytes - at) | !was_free);
    return at;
}

static void run(enum stretch_kind kind, size_t window) {
    struct stretch stretch = {.kind = kind, .start = base, .end = base + image_bytes};
    struct page_bits bits = {base, base + image_bytes, present, sizeof present / sizeof *present};
    memset(&tally, 0, sizeof tally);
    chunk_walk_begin(&walk, &stretch, &bits, &tally);
    for (unsigned step = 0; walk.state != walk_done; step++) {
        CHECK(step < 10 * image_bytes);
        if (walk.state != walk_wants) {
            chunk_walk_resume(&walk);
            continue;
        }
        size_t left = (size_t)(base + image_bytes - walk.wants);
        size_t bytes = page_bits_run(&bits, walk.wants, left < window ? left : window);
        if (bytes < chunk_header_bytes) {
            chunk_walk_refuse(&walk);
        } else {
            chunk_walk_feed(&walk, image + (walk.wants - base), walk.wants, bytes);
        }
    }
}

/* Every byte is one of live, free and unreadable. */
static void check_sum(void) {
    CHECK(tally.figures.live_bytes + tally.figures.free_bytes + tally.figures.unreadable_bytes == image_bytes);
}

static void test_counts(size_t window) {
    uint64_t top = fill(1008, 1001, 10);
    run(stretch_brk, window);
    CHECK(walk.found_top && walk.top == top && walk.breaks == 0);
    CHECK(tally.figures.live_chunks == 901 && tally.figures.live_bytes == 901 * 1008);
    CHECK(tally.figures.free_chunks == 101 && tally.exact_free[1008 / chunk_align] == 100);
    CHECK(tally.figures.main_top_bytes == ((base + image_bytes - top - chunk_min - 1) & ~UINT64_C(4095)));
    CHECK(tally.figures.page_bytes == 0 && tally.figures.arena_top_bytes == 0 && tally.figures.doubtful_bytes == 0);
    check_sum();
}

static void test_pages_of_free_chunks(void) {
    (void)fill(16384, 21, 2);
    run(stretch_arena, 4096);
    /* From 48 bytes behind the chunk's start: the fourth page is shared with what follows only where chunks are not
     * aligned. */
    CHECK(tally.figures.page_bytes == 10 * 3 * 4096);
    CHECK(tally.figures.arena_top_bytes > 0 && tally.figures.main_top_bytes == 0);
    present[0] = 0; /* and what is not resident does not count */
    run(stretch_arena, 4096);
    CHECK(tally.figures.page_bytes < 10 * 3 * 4096);
}

static void test_a_broken_header(void) {
    (void)fill(1008, 1000, 0);
    put(base + 500 * 1008, 0, 0xdeadbeef);
    run(stretch_brk, 65536);
    CHECK(walk.breaks == 1 && walk.found_top);
    /* The chunk whose successor was unreadable, and that one. */
    CHECK(tally.figures.unreadable_bytes == 2 * 1008 && tally.figures.live_chunks == 998);
    check_sum();
}

static void test_an_absent_page(void) {
    (void)fill(1008, 1000, 0);
    present[0] &= ~(UINT64_C(1) << 20);
    run(stretch_brk, 65536);
    CHECK(walk.found_top && tally.figures.unreadable_bytes > 4096 && tally.figures.unreadable_bytes < 4096 + 3 * 1008);
    check_sum();
}

static void test_tags_that_disagree(void) {
    (void)fill(1008, 1000, 10);
    put(base + 10 * 1008, 992, 1008);
    run(stretch_brk, 65536);
    CHECK(tally.figures.doubtful_bytes == 1008 && tally.figures.unreadable_bytes == 0);
}

/* The end of a heap that is not its arena's last, and of a piece of the main arena. */
static void test_fences(void) {
    uint64_t top = fill(1024, 1000, 0);
    uint64_t left = base + image_bytes - top;
    put(top, 0, (left - 32) | 1);
    put(base + image_bytes - 32, left - 32, 16);
    put(base + image_bytes - 16, 16, 1);
    run(stretch_arena, 65536);
    CHECK(!walk.found_top && walk.found_fence && walk.breaks == 0);
    CHECK(tally.figures.live_chunks == 1000 && tally.figures.free_bytes == left - 32 &&
          tally.figures.unreadable_bytes == 0);
    put(base + image_bytes - 16, 0, 17);
    run(stretch_mapped, 65536);
    CHECK(!walk.found_top && walk.found_fence && tally.figures.live_chunks == 1000);
}

/* Two runs of free pages with a fastbin chunk between are one to malloc_trim. */
static void test_fastbin_chunks(void) {
    uint64_t in_bins[] = {base + 8192};
    struct address_set fastbins = {in_bins, 1, 1};
    (void)fill(32, 3, 0);
    put(base, 0, 8192 | 1);
    put(base + 8192, 8192, 32);
    put(base + 8192 + 32, 0, 8192 | 1);
    put(base + 2 * 8192 + 32, 8192, 32);
    put(base + 2 * 8192 + 64, 0, (image_bytes - 2 * 8192 - 64) | 1);
    struct stretch stretch = {.kind = stretch_brk, .start = base, .end = base + image_bytes, .fastbins = &fastbins};
    struct page_bits bits = {base, base + image_bytes, present, sizeof present / sizeof *present};
    memset(&tally, 0, sizeof tally);
    chunk_walk_begin(&walk, &stretch, &bits, &tally);
    chunk_walk_feed(&walk, image, base, image_bytes);
    CHECK(walk.state == walk_done && tally.figures.unknown_bytes == 32 && tally.figures.fastbin_bytes == 32);
    CHECK(tally.figures.page_bytes == 3 * 4096 && tally.figures.live_chunks == 2);
    CHECK(tally.exact_live[2] == 2 && tally.exact_cached[2] == 1);
    /* All that is free and not in whole pages: the run of both and the fastbin chunk, and the top's last page. */
    uint64_t rest = 2 * 8192 + 32 - 3 * 4096;
    uint64_t top = image_bytes - 2 * 8192 - 64;
    CHECK(tally.figures.sub_page_bytes == rest + top - tally.figures.main_top_bytes);
}

/* Of what is fed a header at a time nothing is counted on the fast path. */
static void check_same(void) {
    tally.candidate_count = careful.candidate_count = 0; /* that depends on how much of a block was read */
    memset(tally.candidates, 0, sizeof tally.candidates);
    memset(careful.candidates, 0, sizeof careful.candidates);
    CHECK(memcmp(&tally, &careful, sizeof tally) == 0);
}

/* Any memory: it ends, and every byte is accounted for. Deterministic; run it under the sanitizers. */
static void test_random_memory(void) {
    uint64_t random = 1;
    for (unsigned round = 0; round < 60; round++) {
        (void)fill(round % 2 == 0 ? 1008 : 48, 1000, 1 + round % 7);
        for (unsigned edit = 0; edit < 40; edit++) {
            random = random * UINT64_C(6364136223846793005) + 1;
            image[(random >> 33) % 65536] = (unsigned char)(random >> 56);
        }
        enum stretch_kind kind = round % 3 == 0 ? stretch_arena : stretch_brk;
        run(kind, chunk_look_bytes);
        memcpy(&careful, &tally, sizeof tally);
        run(kind, round % 5 == 0 ? 512 : 65536);
        check_same();
        CHECK(tally.figures.live_bytes + tally.figures.free_bytes + tally.figures.unreadable_bytes <= image_bytes);
        CHECK(tally.figures.live_bytes + tally.figures.free_bytes + tally.figures.unreadable_bytes >=
              image_bytes - 4096);
    }
}

int main(void) {
    test_counts(65536);
    test_counts(64);
    test_pages_of_free_chunks();
    test_a_broken_header();
    test_an_absent_page();
    test_tags_that_disagree();
    test_fences();
    test_fastbin_chunks();
    test_random_memory();
    return 0;
}
