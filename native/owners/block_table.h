/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BLOCK_TABLE_H
#define OFFHEAP_BLOCK_TABLE_H

/*
 * Which block in use an address lies in. Each word of a process's memory is asked for: most are no addresses of blocks,
 * and one comparison tells. For the others there is a map of the blocks of each KiB, which one look answers by.
 */

#include "../inspect/block_list.h"
#include "../inspect/user_address.h"

enum {
    table_span_bits = 26, /* of address space, 64 MiB, that one piece of the table is of */
    table_page_bits = 10, /* 64 units of 16 bytes, in which chunks begin and end */
    table_spans = 1 << (user_address_bits - table_span_bits), /* of all addresses that a process can have */
    block_header_bytes = 16,
};
static const uint32_t no_block = UINT32_MAX;

struct table_page {
    uint64_t starts; /* a bit a unit: a chunk begins here */
    uint64_t used;   /* it is the program's part of a block */
    uint32_t first;  /* the first block that begins in the page, or later */
};

/* From the first chunk that begins in a span to the last one. */
struct table_span {
    struct table_page *pages; /* NULL: there are few blocks for so many pages, which are searched */
    uint32_t first_page;      /* in the span */
    uint32_t page_count;
};

struct block_table {
    const struct block_list *blocks;
    uint64_t first;   /* address of the first chunk */
    uint64_t end;     /* of the last */
    uint32_t *firsts; /* by span: the first block that begins in it or later; one more for the end */
    struct table_span *spans;
    struct table_page *pages; /* of all spans */
    size_t page_count;
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

/* Whether it can lie in one: false for most words that are no addresses. */
static inline bool block_table_may_have(const struct block_table *table, uint64_t address) {
    return address - table->first < table->end - table->first;
}

static inline uint32_t block_table_at(const struct block_table *table, uint64_t address) {
    return block_table_may_have(table, address) ? block_table_find(table, address) : no_block;
}

enum { lookups_most = 1024 };
/*
 * The same of many addresses. Each one's page of the table is in no cache of the processor's: it is fetched while
 * others are looked up. pre: count <= lookups_most, and block_table_may_have() each
 */
void block_table_find_all(const struct block_table *table, const uint64_t *addresses, size_t count, uint32_t *found);

/* Where the program's part of a block begins, and the end of it: it may use the word that follows its chunk. */
static inline uint64_t block_start(const struct block_table *table, uint32_t block) {
    return block_chunk(table->blocks->list[block]) + block_header_bytes;
}
static inline uint64_t block_end(const struct block_table *table, uint32_t block) {
    return block_chunk(table->blocks->list[block]) + block_list_bytes(table->blocks, block) + sizeof(uint64_t);
}

#endif
