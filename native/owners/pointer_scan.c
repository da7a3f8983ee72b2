/* SPDX-License-Identifier: MIT */
#include "pointer_scan.h"

#include <string.h>

enum {
    stride_words = 256,
    enough = lookups_most - stride_words, /* a stride more does not fill it over */
    reach_most = 1 << 30,                 /* whose places have room in 32 bits */
};

/* Words at [scan->at, to) that may be pointers, and their places from `begin` on. */
struct picked {
    uint64_t words[lookups_most];
    uint32_t places[lookups_most];
    size_t count;
};

void pointer_scan_begin(struct pointer_scan *scan, const struct block_table *table, const unsigned char *data,
                        size_t bytes) {
    scan->table = table;
    scan->data = data;
    scan->bytes = bytes / sizeof(uint64_t) * sizeof(uint64_t);
    scan->at = 0;
    scan->count = 0;
}

/* Each word is written, and the next one over it where it is none: the processor has no branch to guess. */
static void pick(const struct pointer_scan *scan, size_t begin, size_t to, struct picked *picked) {
    const struct block_table table = *scan->table;
    size_t count = picked->count;
    for (size_t at = scan->at; at < to; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, scan->data + at, sizeof word);
        picked->words[count] = word;
        picked->places[count] = (uint32_t)(at - begin);
        count += block_table_may_have(&table, word);
    }
    picked->count = count;
}

bool pointer_scan_next(struct pointer_scan *scan) {
    struct picked picked;
    uint32_t found[lookups_most];
    size_t begin = scan->at;
    picked.count = 0;
    if (begin >= scan->bytes) {
        return false;
    }
    while (picked.count <= enough && scan->at < scan->bytes && scan->at - begin < reach_most) {
        size_t left = scan->bytes - scan->at;
        size_t stride = stride_words * sizeof(uint64_t);
        size_t to = scan->at + (left < stride ? left : stride);
        pick(scan, begin, to, &picked);
        scan->at = to;
    }
    block_table_find_all(scan->table, picked.words, picked.count, found);
    scan->count = 0;
    for (size_t index = 0; index < picked.count; index++) {
        scan->pointers[scan->count] = (struct pointer){begin + picked.places[index], picked.words[index], found[index]};
        scan->count += found[index] != no_block;
    }
    return true;
}
