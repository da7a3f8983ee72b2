/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_EXTENT_TREE_H
#define OFFHEAP_EXTENT_TREE_H

/*
 * The radix tree in which jemalloc and tcmalloc keep, for the first and the last page of each extent, the address of
 * its record. Its root is a static array of the library, and each word of it is 0 or the address of a leaf. Of two
 * levels, as where addresses have 48 bits, and a leaf's entry is a word: jemalloc 5.0 to 5.3
 * (include/jemalloc/internal/rtree.h), gperftools 2.10 (src/pagemap.h, TCMalloc_PageMap2).
 */

#include "../inspect/target.h"

/* jemalloc: extent_t of 5.0 to 5.2 (extent_structs.h), edata_t of 5.3 (edata.h). tcmalloc: Span (src/span.h). */
enum extent_records { records_of_jemalloc, records_of_tcmalloc };

enum { extent_words = 6 }; /* of a record, that are read */

struct extent_record {
    uint64_t words[extent_words];
};

struct extent {
    uint64_t start;
    uint64_t bytes;
    uint64_t bits; /* its state is among them */
};

struct extent_tree {
    enum extent_records records;
    unsigned page_shift; /* the allocator's pages, which may be larger than the system's */
    unsigned leaf_shift; /* of the address space that a leaf is of */
    size_t leaf_entries;
    uint64_t *leaves; /* their addresses, by that space; 0: none */
    size_t count;
};

/*
 * Looks for the root in [start, end), the library's zeroed data. leaves stays NULL where no word there leads to a leaf
 * whose entries lead to records of that leaf's own addresses. pre: extent_tree_free() is called, whatever the verdict
 */
struct inspect_verdict extent_tree_find(const struct target *target, enum extent_records records, uint64_t page_bytes,
                                        uint64_t start, uint64_t end, struct extent_tree *tree);
void extent_tree_free(struct extent_tree *tree);

/* All entries of a leaf, zeros where none was ever written; false where it is no such memory. */
bool extent_leaf_read(const struct target *target, const struct extent_tree *tree, uint64_t leaf, uint64_t *entries);

/* The address of the record that an entry has; 0: none. */
uint64_t extent_entry_record(const struct extent_tree *tree, uint64_t entry);

struct extent extent_of(const struct extent_tree *tree, const struct extent_record *record);

#endif
