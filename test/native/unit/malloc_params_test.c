/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "malloc_params.h"

#include <string.h>

/* A program's data with mp_ behind other words that look like it as another version has it. */
enum { data_words = 64, look_alike_at = 3, params_at = 40, chunks = 61 };
static const uint64_t data_start = 0x4bd000;
static const uint64_t heap_start = 0x9d90000;
static const uint64_t heap_end = 0x18201000;
static const uint64_t mmapped_bytes = 25743360;
static uint64_t words[data_words];
static struct mapping heap = {heap_start, heap_end, mapping_brk, true};
static const struct proc_maps maps = {.list = &heap, .count = 1};

/* A number of the program's own that is an address of its heap. */
static void put_look_alike(void) {
    static const uint64_t of_225[] = {2, 5, 60, 50, 100, 0, 0, 0, 0, 209715200};
    memcpy(words + look_alike_at, of_225, sizeof of_225);
}

static void put_params(void) {
    static const uint64_t of_236[] = {1 << 30, 0, 16384, 8, 0, 0, 0};
    const uint32_t counts[] = {0, chunks, 65536, chunks, 1}; /* hp_flags, n_mmaps to no_dyn_threshold */
    const uint64_t rest[] = {mmapped_bytes, mmapped_bytes, heap_start + 0xd40, 64, 1032, 7};
    memcpy(words + params_at, of_236, sizeof of_236);
    memcpy((unsigned char *)(words + params_at) + 56, counts, sizeof counts);
    memcpy(words + params_at + 10, rest, sizeof rest);
}

static bool find(uint64_t top_at, struct malloc_params *params) {
    const struct params_version version = {true, top_at};
    return malloc_params_find(&maps, &version, words, data_words, data_start, params);
}

int main(void) {
    struct malloc_params params;
    CHECK(!find(96, &params) && params.address == 0);
    put_look_alike();
    put_params();
    CHECK(find(96, &params));
    CHECK(params.address == data_start + params_at * sizeof *words && params.sbrk_base == heap_start + 0xd40);
    CHECK(params.mmapped_chunks == chunks && params.mmapped_bytes == mmapped_bytes && params.tcache_count == 7);
    /* Of a libc that old it is what it looks like. */
    CHECK(find(88, &params) && params.address == data_start + look_alike_at * sizeof *words);
    CHECK(params.sbrk_base == 209715200 && !params.has_tcaches);
    return 0;
}
