/* SPDX-License-Identifier: MIT */
#include "extent_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    address_bits = 48, /* LG_VADDR, kAddressBits: where the library was built for addresses of that size */
    least_page_shift = 12,
    most_page_shift = 16,
    word_align = 8,
    record_align = 64, /* jemalloc: CACHELINE; EDATA_ALIGNMENT, 128, from 5.3 on. Below, entries have flags */
    agreeing_enough = 4,
    strays_enough = 4096, /* tcmalloc leaves entries of spans that became part of others */
    empty_words = 4096,
    used_words = 8,
};
/* Of the library's zeroed data. The root takes 1 or 2 MiB of it. */
static const uint64_t data_most = UINT64_C(64) << 20;

uint64_t extent_entry_record(const struct extent_tree *tree, uint64_t entry) {
    uint64_t align = tree->records == records_of_jemalloc ? record_align : word_align;
    return entry & ((UINT64_C(1) << address_bits) - 1) & ~(align - 1);
}

struct extent extent_of(const struct extent_tree *tree, const struct extent_record *record) {
    const uint64_t *words = record->words;
    uint64_t mask = ~((UINT64_C(1) << tree->page_shift) - 1);
    if (tree->records == records_of_jemalloc) {
        /* e_bits, e_addr, e_size_esn: the size's bits of a page are a serial number. */
        return (struct extent){words[1] & mask, words[2] & mask, words[0]};
    }
    /* start and length, in pages; then the last word. */
    return (struct extent){words[0] << tree->page_shift, words[1] << tree->page_shift, words[extent_words - 1]};
}

bool extent_leaf_read(const struct target *target, const struct extent_tree *tree, uint64_t leaf, uint64_t *entries) {
    const struct mapping *mapping = proc_maps_find(&target->maps, leaf);
    uint64_t bytes = tree->leaf_entries * sizeof *entries;
    return leaf % word_align == 0 && mapping != NULL && mapping->writable && mapping->end - leaf >= bytes &&
           target_read_sparse(target, leaf, entries, bytes);
}

/*
 * Which leaf it would be by its place in the root: that of the addresses that its records are of; `count`: none. That a
 * the extents of some records have the pages whose entries lead to them is no accident.
 */
static size_t index_of(const struct target *target, const struct extent_tree *tree, const uint64_t *entries) {
    unsigned agreeing = 0;
    unsigned strays = 0;
    size_t index = tree->count;
    uint64_t last = 0;
    for (size_t place = 0; place < tree->leaf_entries && agreeing < agreeing_enough && strays < strays_enough;
         place++) {
        uint64_t address = extent_entry_record(tree, entries[place]);
        if (address == 0 || address == last) {
            continue;
        }
        last = address;
        struct extent_record record = {{0}};
        bool is_there =
            proc_maps_is_writable(&target->maps, address) && target_read(target, address, &record, sizeof record);
        struct extent extent = extent_of(tree, &record);
        uint64_t page = extent.start >> tree->page_shift;
        uint64_t own = place - page % tree->leaf_entries;
        bool agrees = is_there && own < extent.bytes >> tree->page_shift && page / tree->leaf_entries < tree->count &&
                      (index == tree->count || index == page / tree->leaf_entries);
        index = agrees ? page / tree->leaf_entries : index;
        agreeing += agrees ? 1 : 0;
        strays += agrees ? 0 : 1;
    }
    return agreeing == agreeing_enough || agreeing > strays ? index : tree->count;
}

static bool copy_root(const uint64_t *words, size_t count, size_t at, size_t index, struct extent_tree *tree) {
    bool is_inside = at >= index && count - (at - index) >= tree->count;
    if (is_inside) {
        memcpy(tree->leaves, words + (at - index), tree->count * sizeof *words);
    }
    return is_inside;
}

/*
 * What has a heap lies together, and a word of the root is of a GiB or two: before the first there is next to nothing.
 * Other data of the library, lists among them, stands close together.
 */
static bool is_sparse_before(const uint64_t *words, size_t at) {
    size_t used = 0;
    for (size_t word = at < empty_words ? 0 : at - empty_words; word < at && used <= used_words; word++) {
        used += words[word] != 0 ? 1 : 0;
    }
    return at >= empty_words && used <= used_words;
}

static struct inspect_verdict search(const struct target *target, const uint64_t *words, size_t count,
                                     uint64_t *entries, struct extent_tree *tree, bool *is_found) {
    for (size_t at = 0; at < count; at++) {
        if (words[at] == 0 || !is_sparse_before(words, at) || !extent_leaf_read(target, tree, words[at], entries)) {
            continue;
        }
        size_t index = index_of(target, tree, entries);
        if (index < tree->count && copy_root(words, count, at, index, tree)) {
            *is_found = true;
            return inspect_good();
        }
        struct inspect_verdict verdict = deadline_verdict(target->deadline, "finding the tree of extents");
        if (verdict.status != inspect_ok) {
            return verdict;
        }
    }
    return inspect_good();
}

/* The first level has half of the bits, rounded down: rtree_levels of jemalloc, ROOT_BITS of tcmalloc. */
static void shape(struct extent_tree *tree, enum extent_records records, uint64_t page_bytes) {
    memset(tree, 0, sizeof *tree);
    tree->records = records;
    tree->page_shift = least_page_shift;
    while (tree->page_shift < most_page_shift && UINT64_C(1) << tree->page_shift < page_bytes) {
        tree->page_shift++;
    }
    unsigned root_bits = (address_bits - tree->page_shift) / 2;
    unsigned leaf_bits = address_bits - tree->page_shift - root_bits;
    tree->count = (size_t)1 << root_bits;
    tree->leaf_entries = (size_t)1 << leaf_bits;
    tree->leaf_shift = tree->page_shift + leaf_bits;
}

struct inspect_verdict extent_tree_find(const struct target *target, enum extent_records records, uint64_t page_bytes,
                                        uint64_t start, uint64_t end, struct extent_tree *tree) {
    shape(tree, records, page_bytes);
    if (start % word_align != 0 || start >= end || end - start > data_most) {
        return inspect_good();
    }
    uint64_t *words = malloc(end - start);
    uint64_t *entries = malloc(tree->leaf_entries * sizeof *entries);
    uint64_t *leaves = tree->leaves = malloc(tree->count * sizeof *leaves);
    bool is_found = false;
    struct inspect_verdict verdict = inspect_good();
    if (words == NULL || entries == NULL || leaves == NULL) {
        verdict = inspect_failure("memory", ENOMEM);
    } else if (target_read_sparse(target, start, words, end - start)) {
        verdict = search(target, words, (end - start) / sizeof *words, entries, tree, &is_found);
    }
    free(words);
    free(entries);
    if (!is_found) {
        extent_tree_free(tree);
    }
    return verdict;
}

void extent_tree_free(struct extent_tree *tree) {
    free(tree->leaves);
    tree->leaves = NULL;
}
