/* SPDX-License-Identifier: MIT */
/* Records of jemalloc, tcmalloc and mimalloc that are made up in this process, and read as another one's. */
#include "check.h"
#include "free_pages.h"
#include "mimalloc_segment.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { page = 4096, root_words = 1 << 18, leaf_entries = 1 << 18, records = 4, state_shift = 17, way_of_53 = 2 };

/* What ends by itself has to end so on an emulated machine, too. */
enum { budget_ms = 600000 };

struct record {
    uint64_t words[16];
};

static void *map_aligned(size_t bytes, size_t alignment) {
    char *memory = mmap(NULL, bytes + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    madvise(memory, bytes + alignment, MADV_NOHUGEPAGE); /* a page that was not touched is not there */
    uintptr_t start = ((uintptr_t)memory + alignment - 1) / alignment * alignment;
    return memory + (start - (uintptr_t)memory);
}

static struct free_pages read_jemalloc(const void *data, size_t bytes) {
    struct free_pages_options options = {free_pages_jemalloc,    budget_ms, NULL, page, (uintptr_t)data,
                                         (uintptr_t)data + bytes};
    struct free_pages found;
    CHECK(free_pages_read(getpid(), &options, &found).status == inspect_ok);
    return found;
}

static struct free_pages read_mimalloc(void) {
    struct free_pages_options options = {free_pages_mimalloc, budget_ms, NULL, 0, 0, 0};
    struct free_pages found;
    CHECK(free_pages_read(getpid(), &options, &found).status == inspect_ok);
    return found;
}

struct jemalloc {
    uint64_t *data; /* some words, and the root */
    size_t bytes;
    uint64_t *leaf;
    struct record *records;
    char *extents; /* of 4, 3, 2 and 2 pages */
};

static void set_extent(struct jemalloc *made, size_t index, size_t at, size_t pages, unsigned state) {
    struct record *record = &made->records[index];
    uint64_t first = ((uintptr_t)made->extents >> 12) + at;
    record->words[0] = (uint64_t)state << state_shift | 7;
    record->words[1] = first << 12;
    record->words[2] = (uint64_t)pages << 12 | 3;
    uint64_t entry = (uint64_t)(uintptr_t)record | UINT64_C(232) << 48 | (uint64_t)state << 2;
    made->leaf[first % leaf_entries] = entry;
    made->leaf[(first + pages - 1) % leaf_entries] = entry;
}

static struct jemalloc make_jemalloc(void) {
    enum { before = 99 }; /* words of other data */
    struct jemalloc made = {.bytes = (before + root_words + 1) * sizeof(uint64_t)};
    made.data = map_aligned(made.bytes, page);
    made.leaf = map_aligned(leaf_entries * sizeof(uint64_t), page);
    made.records = map_aligned(page, page);
    made.extents = map_aligned(64 * page, 64 * page);
    memset(made.extents, 1, 3 * page); /* of the first, one is not there */
    memset(made.extents + 4 * page, 1, 7 * page);
    set_extent(&made, 0, 0, 4, 1);
    set_extent(&made, 1, 4, 3, 0);
    set_extent(&made, 2, 7, 2, 2);
    set_extent(&made, 3, 9, 2, 3);
    made.data[5] = (uintptr_t)made.records; /* no leaf */
    made.data[before + ((uintptr_t)made.extents >> 30)] = (uintptr_t)made.leaf;
    return made;
}

static void test_jemalloc(void) {
    struct jemalloc made = make_jemalloc();
    struct free_pages found = read_jemalloc(made.data, made.bytes);
    CHECK(found.extents.is_found);
    CHECK(found.extents.ways[way_of_53].dirty_bytes == 4 * page);
    CHECK(found.extents.ways[way_of_53].muzzy_bytes == 2 * page);
    CHECK(found.extents.ways[way_of_53].rss_bytes == 5 * page);
    /* A record that was given up, and is another extent's now, is where that extent is. */
    made.leaf[(((uintptr_t)made.extents >> 12) + 20) % leaf_entries] =
        made.leaf[((uintptr_t)made.extents >> 12) % leaf_entries];
    found = read_jemalloc(made.data, made.bytes);
    CHECK(found.extents.ways[way_of_53].dirty_bytes == 4 * page);
}

/* Spans of one page free, of two that were given back, and of one in use. */
static void test_tcmalloc(void) {
    enum { shift = 13, words = 1 << 17, span_page = 1 << shift };
    uint64_t *data = map_aligned(words * sizeof(uint64_t), page);
    uint64_t *leaf = map_aligned(leaf_entries * sizeof(uint64_t), page);
    struct record *spans = map_aligned(page, page);
    char *extents = map_aligned(64 * page, 64 * page);
    uint64_t first = (uintptr_t)extents >> shift;
    const struct {
        uint64_t pages;
        uint64_t location;
    } made[] = {{1, 1}, {2, 2}, {1, 0}};
    memset(extents, 1, 3 * page);
    for (size_t index = 0, at = 0; index < 3; at += made[index++].pages) {
        spans[index].words[0] = first + at;
        spans[index].words[1] = made[index].pages;
        spans[index].words[5] = made[index].location << 24 | 7 << 16;
        leaf[(first + at) % leaf_entries] = (uintptr_t)&spans[index];
        leaf[(first + at + made[index].pages - 1) % leaf_entries] = (uintptr_t)&spans[index];
    }
    data[first / leaf_entries] = (uintptr_t)leaf;
    struct free_pages_options options = {free_pages_tcmalloc, budget_ms,       NULL,
                                         span_page,           (uintptr_t)data, (uintptr_t)(data + words)};
    struct free_pages found;
    CHECK(free_pages_read(getpid(), &options, &found).status == inspect_ok);
    CHECK(found.extents.is_found && found.extents.ways[0].muzzy_bytes == 0);
    CHECK(found.extents.ways[0].dirty_bytes == span_page && found.extents.ways[0].rss_bytes == span_page);
}

static void test_hostile_jemalloc(void) {
    struct jemalloc made = make_jemalloc();
    /* Each word leads to the leaf, which leads to itself, and never to where an extent can begin: by its highest bit no
     * address is one. Without it one leaf of 64 would be believed, by where it lies. */
    for (size_t word = 0; word < root_words; word += 4096) {
        made.data[word] = (uintptr_t)made.leaf;
    }
    for (size_t entry = 0; entry < leaf_entries; entry++) {
        made.leaf[entry] = ((uintptr_t)made.leaf + 64 * (1 + entry % 63)) | UINT64_C(1) << 63;
    }
    struct free_pages found = read_jemalloc(made.data, made.bytes);
    CHECK(!found.extents.is_found);
    /* Extents without end. */
    struct jemalloc endless = make_jemalloc();
    endless.records[0].words[2] = UINT64_MAX;
    found = read_jemalloc(endless.data, endless.bytes);
    CHECK(found.extents.ways[way_of_53].dirty_bytes == 0);
    CHECK(!read_jemalloc(made.data + 1, 3).extents.is_found);
    CHECK(!read_jemalloc((char *)made.data + 1, made.bytes).extents.is_found);
    CHECK(!read_jemalloc(NULL, SIZE_MAX).extents.is_found);
}

static void add_span(struct mimalloc_segment *segment, uint32_t at, uint32_t slices, uint32_t block_bytes) {
    segment->spans[at].slices = slices;
    segment->spans[at].block_bytes = block_bytes;
    segment->used += block_bytes > 0 && at > 0 ? 1 : 0;
}

/* A page of one block in use, one of two blocks that another thread has freed, a free span, and a large page. */
static struct mimalloc_segment *make_segment(uint64_t secret) {
    struct mimalloc_segment *segment = map_aligned(mimalloc_segment_bytes, mimalloc_segment_bytes);
    char *start = (char *)segment;
    segment->allows_decommit = 1;
    segment->cookie = (uintptr_t)segment ^ secret;
    segment->entries = segment->slices = mimalloc_slices;
    segment->info_slices = 1;
    memset(segment->commit_mask, 0xff, sizeof segment->commit_mask);
    add_span(segment, 0, 1, 1 << 16);
    add_span(segment, 1, 1, 64);
    add_span(segment, 2, 1, 4096);
    add_span(segment, 3, 2, 0);
    add_span(segment, 5, 507, 507 << 16);
    segment->spans[1].used = 1;
    segment->spans[2].used = 2;
    segment->spans[5].used = 1;
    uint64_t *first = (uint64_t *)(start + 2 * mimalloc_slice_bytes);
    uint64_t *second = first + 512;
    *first = (uintptr_t)second;
    *second = 0;
    segment->spans[2].thread_free = (uintptr_t)first | 3;
    memset(start + 3 * mimalloc_slice_bytes, 1, page);
    return segment;
}

static void test_mimalloc(void) {
    CHECK(read_mimalloc().segments.segments == 0);
    struct mimalloc_segment *segment = make_segment(0x1234567);
    CHECK(mimalloc_segment_is_sound(segment));
    struct free_pages found = read_mimalloc();
    CHECK(found.segments.segments == 1 && found.segments.unproven == 0);
    CHECK(found.segments.rss_bytes == 3 * page);
    segment->spans[2].used = 3;
    CHECK(read_mimalloc().segments.rss_bytes == 0);
    segment->decommit_mask[0] = 1 << 3;
    CHECK(read_mimalloc().segments.rss_bytes == page);
    segment->thread_id = 1;
    CHECK(read_mimalloc().segments.rss_bytes == 0);
    segment->thread_id = 0;
    /* All pages are freed: it goes as a whole, its header too. */
    segment->spans[1].used = 0;
    segment->spans[2].used = 2;
    segment->spans[5].thread_free = (uintptr_t)segment + 5 * mimalloc_slice_bytes;
    found = read_mimalloc();
    CHECK(found.segments.unproven == 0);
    CHECK(found.segments.rss_bytes == (1 + 3) * page);

    /* In the cache. */
    segment->used = 0;
    memset(&segment->spans[1], 0, sizeof segment->spans - sizeof *segment->spans);
    add_span(segment, 1, mimalloc_slices - 1, 1);
    segment->used = 0;
    CHECK(mimalloc_segment_is_sound(segment));
    CHECK(read_mimalloc().segments.rss_bytes > 3 * page);

    struct mimalloc_segment *other = make_segment(0x7654321);
    CHECK(read_mimalloc().segments.unproven == 1);
    memset(other, 0, sizeof *other);
    memset(segment, 0, sizeof *segment);
}

static void test_hostile_mimalloc(void) {
    struct mimalloc_segment *segment = make_segment(0x1234567);
    uint64_t *block = (uint64_t *)((char *)segment + 2 * mimalloc_slice_bytes);
    *block = (uintptr_t)block; /* a ring */
    segment->spans[2].used = UINT32_MAX;
    CHECK(read_mimalloc().segments.unproven == 1);
    segment->spans[2].used = 2;
    CHECK(read_mimalloc().segments.unproven == 1);
    *block = 1; /* out of the page */
    CHECK(read_mimalloc().segments.unproven == 1);
    segment->spans[5].slices = UINT32_MAX;
    CHECK(!mimalloc_segment_is_sound(segment));
    segment->spans[5].slices = 0;
    CHECK(!mimalloc_segment_is_sound(segment));
    segment->entries = UINT64_MAX;
    CHECK(!mimalloc_segment_is_sound(segment));
    memset(segment, 0, sizeof *segment);
}

int main(void) {
    test_jemalloc();
    test_tcmalloc();
    test_hostile_jemalloc();
    test_mimalloc();
    test_hostile_mimalloc();
    return 0;
}
