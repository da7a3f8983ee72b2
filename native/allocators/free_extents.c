/* SPDX-License-Identifier: MIT */
#include "free_extents.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* extent_state_e of jemalloc. tcmalloc: ON_NORMAL_FREELIST is 1, and ON_RETURNED_FREELIST, 2, is given back. */
enum { state_dirty = 1, state_muzzy = 2, way_of_tcmalloc = 0 };

struct state_field {
    unsigned shift;
    unsigned bits;
};

/*
 * jemalloc: behind 12 bits of the arena's index, and a bit each of what came to be known of an extent (5.0.1, 5.1.0
 * and 5.2.1: extent_structs.h; 5.3.0: edata.h).
 */
static const struct state_field states_of_jemalloc[extent_ways] = {
    {12 + 3, 2}, /* 5.0: slab, committed, zeroed */
    {12 + 4, 2}, /* 5.1, 5.2: dumpable as well */
    {12 + 5, 3}, /* 5.3: slab, committed, pai, zeroed, guarded */
};
/* Behind refcount and sizeclass. */
static const struct state_field state_of_tcmalloc = {16 + 8, 2};

/* Records lie close together: their pages are asked for by as much of them at once. */
static const uint64_t window_bytes = UINT64_C(2) << 20;

struct reading {
    const struct target *target;
    const struct extent_tree *tree;
    struct free_extents *result;
    struct page_bits leaf_pages; /* of the address space of the leaf that is read */
    struct page_bits window;
    struct remote_piece pieces[remote_batch];
    struct extent_record records[remote_batch];
    uint64_t pages[remote_batch]; /* the page whose entry has the record */
    size_t count;
};

static struct inspect_verdict count_present(const struct reading *reading, const struct extent *extent,
                                            uint64_t *bytes) {
    uint64_t end = extent->start + extent->bytes;
    uint64_t beyond = 0;
    struct inspect_verdict verdict = inspect_good();
    *bytes = page_bits_present(&reading->leaf_pages, extent->start, end);
    if (end > reading->leaf_pages.end) {
        verdict = page_map_count(&reading->target->pages, reading->leaf_pages.end, end, &beyond);
        *bytes += beyond;
    }
    return verdict;
}

static uint64_t state_in(uint64_t bits, struct state_field field) {
    return bits >> field.shift & ((UINT64_C(1) << field.bits) - 1);
}

static struct inspect_verdict add_way(struct reading *reading, const struct extent *extent, size_t way,
                                      uint64_t state) {
    uint64_t rss_bytes = 0;
    struct inspect_verdict verdict = count_present(reading, extent, &rss_bytes);
    *(state == state_dirty ? &reading->result->ways[way].dirty_bytes : &reading->result->ways[way].muzzy_bytes) +=
        extent->bytes;
    reading->result->ways[way].rss_bytes += rss_bytes;
    return verdict;
}

/* An extent counts where its first page is, and there only. */
static struct inspect_verdict add(struct reading *reading, const struct extent_record *record, uint64_t page) {
    struct extent extent = extent_of(reading->tree, record);
    if (extent.start != page || extent.bytes == 0 || extent.bytes > UINT64_MAX - extent.start) {
        return inspect_good();
    }
    if (reading->tree->records == records_of_tcmalloc) {
        return state_in(extent.bits, state_of_tcmalloc) == state_dirty
                   ? add_way(reading, &extent, way_of_tcmalloc, state_dirty)
                   : inspect_good();
    }
    struct inspect_verdict verdict = inspect_good();
    for (size_t way = 0; way < extent_ways && verdict.status == inspect_ok; way++) {
        uint64_t state = state_in(extent.bits, states_of_jemalloc[way]);
        if (state == state_dirty || state == state_muzzy) {
            verdict = add_way(reading, &extent, way, state);
        }
    }
    return verdict;
}

static struct inspect_verdict flush(struct reading *reading) {
    struct inspect_verdict verdict = remote_read_pieces(&reading->target->memory, reading->pieces, reading->count);
    for (size_t index = 0; verdict.status == inspect_ok && index < reading->count; index++) {
        if (reading->pieces[index].is_read) {
            verdict = add(reading, &reading->records[index], reading->pages[index]);
        }
    }
    reading->count = 0;
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(reading->target->deadline, "reading the records of extents");
    }
    return verdict;
}

/* Reading a page that is not there would put one there. */
static bool is_present(struct reading *reading, uint64_t address) {
    if (address < reading->window.start || address >= reading->window.end) {
        uint64_t start = address / window_bytes * window_bytes;
        (void)page_map_load(&reading->target->pages, start, start + window_bytes, &reading->window);
    }
    return page_bits_has(&reading->window, address);
}

static struct inspect_verdict take(struct reading *reading, uint64_t address, uint64_t page) {
    if (!is_present(reading, address) || !is_present(reading, address + sizeof(struct extent_record) - 1)) {
        return inspect_good();
    }
    size_t index = reading->count++;
    reading->pieces[index] =
        (struct remote_piece){address, sizeof reading->records[index], &reading->records[index], false};
    reading->pages[index] = page;
    return reading->count == remote_batch ? flush(reading) : inspect_good();
}

static struct inspect_verdict read_leaf(struct reading *reading, size_t index, uint64_t *entries) {
    const struct extent_tree *tree = reading->tree;
    uint64_t start = (uint64_t)index << tree->leaf_shift;
    if (!extent_leaf_read(reading->target, tree, tree->leaves[index], entries)) {
        return inspect_good();
    }
    struct inspect_verdict verdict =
        page_map_load(&reading->target->pages, start, start + (UINT64_C(1) << tree->leaf_shift), &reading->leaf_pages);
    uint64_t last = 0;
    for (size_t place = 0; verdict.status == inspect_ok && place < tree->leaf_entries; place++) {
        uint64_t address = extent_entry_record(tree, entries[place]);
        /* Each page of an extent of small blocks has an entry. */
        if (address != 0 && address != last) {
            verdict = take(reading, address, start + ((uint64_t)place << tree->page_shift));
        }
        last = address;
    }
    return verdict.status == inspect_ok ? flush(reading) : verdict;
}

static struct inspect_verdict read_leaves(struct reading *reading) {
    const struct extent_tree *tree = reading->tree;
    uint64_t *entries = malloc(tree->leaf_entries * sizeof *entries);
    struct inspect_verdict verdict = entries == NULL ? inspect_failure("memory", ENOMEM) : inspect_good();
    for (size_t index = 0; verdict.status == inspect_ok && index < tree->count; index++) {
        if (tree->leaves[index] != 0) {
            verdict = read_leaf(reading, index, entries);
        }
    }
    free(entries);
    return verdict;
}

struct inspect_verdict free_extents_read(const struct target *target, enum extent_records records, uint64_t page_bytes,
                                         uint64_t start, uint64_t end, struct free_extents *result) {
    struct extent_tree tree;
    memset(result, 0, sizeof *result);
    struct inspect_verdict verdict = extent_tree_find(target, records, page_bytes, start, end, &tree);
    if (verdict.status == inspect_ok && tree.leaves != NULL) {
        struct reading *reading = calloc(1, sizeof *reading);
        if (reading == NULL) {
            verdict = inspect_failure("memory", ENOMEM);
        } else {
            reading->target = target;
            reading->tree = &tree;
            reading->result = result;
            result->is_found = true;
            verdict = read_leaves(reading);
            page_bits_free(&reading->leaf_pages);
            page_bits_free(&reading->window);
            free(reading);
        }
    }
    extent_tree_free(&tree);
    return verdict;
}
