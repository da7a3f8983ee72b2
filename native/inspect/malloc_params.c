/* SPDX-License-Identifier: MIT */
#include "malloc_params.h"

#include "page_map.h"

#include <string.h>

/* Offsets in struct malloc_par, which begins with trim_threshold, top_pad, mmap_threshold, arena_test, arena_max. */
struct params_shape {
    unsigned n_mmaps;     /* int; then n_mmaps_max, max_n_mmaps, no_dyn_threshold */
    unsigned mmapped_mem; /* then max_mmapped_mem */
    unsigned sbrk_base;
    unsigned tcache;       /* tcache_bins, tcache_max_bytes, tcache_count; 0: there are none */
    unsigned thp_pagesize; /* then hp_pagesize; 0: there is neither */
    bool has_fastbins;
    unsigned no_top_at; /* params_version.top_at that none of its versions has; 0: it has either */
};

static const struct params_shape shapes[] = {
    {60, 80, 96, 104, 40, true, 88},  /* 2.35 to 2.42, with thp_pagesize, hp_pagesize and hp_flags */
    {68, 88, 104, 112, 48, false, 0}, /* from 2.43, with thp_mode before them */
    {40, 56, 72, 80, 0, true, 0},     /* 2.26 to 2.34 */
    {40, 56, 72, 0, 0, true, 96},     /* 2.24 and 2.25 */
    {40, 56, 80, 0, 0, true, 96},     /* to 2.23, with max_total_mem */
};
enum { shape_count = sizeof shapes / sizeof *shapes };

enum { most_arenas = 1 << 20, most_tcache_bins = 76, most_tcache_count = 65535 };
static const uint64_t usual_heap_bytes = UINT64_C(64) << 20;
static const uint64_t most_page_bytes = UINT64_C(1) << 34;
static const uint64_t most_bytes = UINT64_C(1) << 47; /* address space of a program */

static uint64_t word_at(const unsigned char *memory, unsigned offset) {
    uint64_t word;
    memcpy(&word, memory + offset, sizeof word);
    return word;
}

static uint32_t int_at(const unsigned char *memory, unsigned offset) {
    uint32_t word;
    memcpy(&word, memory + offset, sizeof word);
    return word;
}

static bool are_bytes(uint64_t bytes, const struct params_shape *shape) {
    return bytes % (shape->has_fastbins ? page_bytes() : 16) == 0 && bytes < most_bytes;
}

/* Set by mallopt or a tunable, or as they are: 128 KiB each, 8 arenas to begin with, no limit of them. */
static bool are_settings(const unsigned char *memory) {
    uint64_t arena_test = word_at(memory, 24);
    return word_at(memory, 8) < most_bytes && word_at(memory, 16) > 0 && word_at(memory, 16) < most_bytes &&
           arena_test > 0 && arena_test < most_arenas && word_at(memory, 32) < most_arenas;
}

/* From 2.43 on each mremap leaves 16 bytes too much in the sum. */
static bool are_mmaps(const unsigned char *memory, const struct params_shape *shape) {
    uint32_t now = int_at(memory, shape->n_mmaps);
    uint32_t limit = int_at(memory, shape->n_mmaps + 4);
    uint32_t most = int_at(memory, shape->n_mmaps + 8);
    uint64_t bytes = word_at(memory, shape->mmapped_mem);
    uint64_t most_bytes_then = word_at(memory, shape->mmapped_mem + 8);
    return now <= most && most < INT32_MAX && limit <= INT32_MAX && int_at(memory, shape->n_mmaps + 12) <= 1 &&
           are_bytes(bytes, shape) && are_bytes(most_bytes_then, shape) && bytes <= most_bytes_then &&
           bytes / page_bytes() >= now;
}

static bool are_tcaches(const unsigned char *memory, const struct params_shape *shape) {
    uint64_t bins = word_at(memory, shape->tcache);
    return shape->tcache == 0 ||
           (bins > 0 && bins <= most_tcache_bins && word_at(memory, shape->tcache + 8) < most_bytes &&
            word_at(memory, shape->tcache + 16) <= most_tcache_count);
}

/* In the brk heap, or where mmap stood in for it. */
static bool is_sbrk_base(const struct proc_maps *maps, uint64_t address) {
    const struct mapping *mapping = proc_maps_find(maps, address);
    return address == 0 || (mapping != NULL && mapping->writable &&
                            (mapping->kind == mapping_brk || mapping->kind == mapping_anonymous));
}

static bool is_page_size(uint64_t bytes) {
    return (bytes & (bytes - 1)) == 0 && bytes <= most_page_bytes;
}

static bool fits(const struct proc_maps *maps, const unsigned char *memory, unsigned shape) {
    const struct params_shape *at = &shapes[shape];
    bool are_page_sizes = at->thp_pagesize == 0 || (is_page_size(word_at(memory, at->thp_pagesize)) &&
                                                    is_page_size(word_at(memory, at->thp_pagesize + 8)));
    return are_page_sizes && are_mmaps(memory, at) && are_tcaches(memory, at) &&
           is_sbrk_base(maps, word_at(memory, at->sbrk_base));
}

/* heap_max_size of malloc/arena.c. */
static uint64_t heap_bytes(const unsigned char *memory, const struct params_shape *at) {
    uint64_t huge_bytes = at->thp_pagesize == 0 ? 0 : word_at(memory, at->thp_pagesize + 8);
    return huge_bytes == 0 ? usual_heap_bytes : 4 * huge_bytes;
}

static void fill(const unsigned char *memory, struct malloc_params *params) {
    const struct params_shape *at = &shapes[params->shape];
    params->mmapped_chunks = int_at(memory, at->n_mmaps);
    params->mmapped_bytes = word_at(memory, at->mmapped_mem);
    params->sum_drifts = !at->has_fastbins;
    params->sbrk_base = word_at(memory, at->sbrk_base);
    params->has_tcaches = at->tcache != 0;
    params->thp_bytes = at->thp_pagesize == 0 ? 0 : word_at(memory, at->thp_pagesize);
    params->heap_bytes = heap_bytes(memory, at);
    params->tcache_count = at->tcache == 0 ? 0 : word_at(memory, at->tcache + 16);
}

bool malloc_params_parse(const struct proc_maps *maps, const void *memory, struct malloc_params *params) {
    bool is_good = are_settings(memory) && fits(maps, memory, params->shape);
    if (is_good) {
        fill(memory, params);
    }
    return is_good;
}

static bool is_of_version(const struct params_shape *shape, const struct params_version *version) {
    return shape->has_fastbins == version->has_fastbins &&
           (shape->no_top_at == 0 || shape->no_top_at != version->top_at);
}

/* Where no sbrk_base tells, other words may fit as well, or the same ones in another shape. */
bool malloc_params_find(const struct proc_maps *maps, const struct params_version *version, const uint64_t *words,
                        size_t count, uint64_t address, struct malloc_params *params) {
    memset(params, 0, sizeof *params);
    for (size_t index = 0; index + malloc_params_bytes / 8 <= count && params->sbrk_base == 0; index++) {
        const unsigned char *memory = (const unsigned char *)(words + index);
        for (unsigned shape = 0; are_settings(memory) && shape < shape_count && params->sbrk_base == 0; shape++) {
            uint64_t base = word_at(memory, shapes[shape].sbrk_base);
            if (is_of_version(&shapes[shape], version) && fits(maps, memory, shape) &&
                (base != 0 || params->address == 0)) {
                *params = (struct malloc_params){.address = address + index * 8, .shape = shape};
                fill(memory, params);
            }
        }
    }
    return params->address != 0;
}
