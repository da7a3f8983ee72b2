/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_POINTER_SCAN_H
#define OFFHEAP_POINTER_SCAN_H

/* The aligned words of a piece of memory that lie in blocks, in order, some hundred at a time. */

#include "block_table.h"

struct pointer {
    size_t at; /* offset in the piece, a multiple of 8 */
    uint64_t word;
    uint32_t block;
};

struct pointer_scan {
    const struct block_table *table;
    const unsigned char *data;
    size_t bytes;
    size_t at;                             /* of the next word */
    struct pointer pointers[lookups_most]; /* that were found last */
    size_t count;
};

void pointer_scan_begin(struct pointer_scan *scan, const struct block_table *table, const unsigned char *data,
                        size_t bytes);

/* Fills `pointers`, perhaps with none. False: there are no more words. */
bool pointer_scan_next(struct pointer_scan *scan);

#endif
