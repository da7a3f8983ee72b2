/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BLOCK_TABLE_H
#define OFFHEAP_BLOCK_TABLE_H

/*
 * Which block in use an address lies in. Each word of a process's memory is asked for, so the answer for most words,
 * which are no addresses of blocks, is one comparison or one look into a table that stays in the processor's cache.
 */

#include "../inspect/block_list.h"

enum {
    table_span_bits = 26, /* of address space, 64 MiB, that one piece of the table is of */
    table_page_bits = 12,
    table_pages = 1 << (table_span_bits - table_page_bits),
    table_spans = 1 << (47 - table_span_bits), /* of all addresses that a process can have */
    block_header_bytes = 16,
};
static const uint32_t no_block = UINT32_MAX;

struct block_table {
    const struct block_list *blocks;
    uint64_t first; /* address of the first chunk */
    uint64_t end;   /* of the last */
    /* By span: of each page in it the first block that begins there or later. NULL: no block begins in the span. */
    uint32_t **spans;
    /* By span: the last block that begins before it; no_block: none. */
    uint32_t *before;
};

/* pre: blocks are in order and outlive the table. False: there is no memory. */
bool block_table_make(const struct block_list *blocks, struct block_table *table);
void block_table_free(struct block_table *table);

/*
 * The block whose memory holds the address. Its chunk's header is not a part of that, nor is the word behind the chunk,
 * though the program may use it: where the next chunk begins is what malloc's own pointers to free chunks point to, in
 * its arenas, and left over in blocks that were free once.
 */
uint32_t block_table_find(const struct block_table *table, uint64_t address);

static inline uint32_t block_table_at(const struct block_table *table, uint64_t address) {
    return address - table->first < table->end - table->first ? block_table_find(table, address) : no_block;
}

/* The first block whose chunk begins at the address or behind it; as many as there are when none does. */
uint32_t block_table_from(const struct block_table *table, uint64_t address);

/* Where the program's part of a block begins, and the end of it: it may use the word that follows its chunk. */
static inline uint64_t block_start(const struct block_table *table, uint32_t block) {
    return block_chunk(table->blocks->list[block]) + block_header_bytes;
}
uint64_t block_end(const struct block_table *table, uint32_t block);

#endif
