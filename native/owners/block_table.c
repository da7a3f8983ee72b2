/* SPDX-License-Identifier: MIT */
#include "block_table.h"

#include "large_memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    page_units = (1 << table_page_bits) / block_unit,
    span_pages = 1 << (table_span_bits - table_page_bits),
    /* More pages for a block are not worth their memory: 24 bytes each, of blocks of 16 KiB and more in the mean. */
    pages_a_block = 16,
    /* That are being fetched: fewer leave the processor waiting, more are forgotten again before they are needed. */
    pages_ahead = 16,
};

static uint64_t chunk_at(const struct block_table *table, uint32_t block) {
    return block_chunk(table->blocks->list[block]);
}

static uint64_t chunk_end(const struct block_table *table, uint32_t block) {
    return chunk_at(table, block) + block_list_bytes(table->blocks, block);
}

static uint64_t page_of(uint64_t address) {
    return address >> table_page_bits;
}

/* Bits [from, to) of a word. pre: from < to <= 64 */
static uint64_t bits(uint64_t from, uint64_t to) {
    return (UINT64_MAX >> (64 - (to - from))) << from;
}

/* Marks the units of [from, to) as used, those in the span's pages. */
static void mark_used(const struct table_span *span, uint64_t first_page, uint64_t from, uint64_t to) {
    uint64_t unit = from / block_unit;
    uint64_t end = to / block_unit;
    uint64_t first = first_page * page_units;
    uint64_t last = first + (uint64_t)span->page_count * page_units;
    unit = unit < first ? first : unit;
    end = end > last ? last : end;
    while (unit < end) {
        uint64_t place = unit % page_units;
        uint64_t most = page_units - place < end - unit ? page_units - place : end - unit;
        span->pages[unit / page_units - first_page].used |= bits(place, place + most);
        unit += most;
    }
}

/* Of a span whose blocks are [first, next); there is one at least. */
static void measure_span(struct block_table *table, uint32_t number, uint32_t first, uint32_t next) {
    struct table_span *span = &table->spans[number];
    uint64_t first_page = page_of(chunk_at(table, first));
    uint64_t count = page_of(chunk_at(table, next - 1)) - first_page + 1;
    if (count / pages_a_block <= next - first) {
        span->first_page = (uint32_t)(first_page % span_pages);
        span->page_count = (uint32_t)count;
        table->page_count += count;
    }
}

static void measure(struct block_table *table) {
    uint32_t count = (uint32_t)table->blocks->count;
    uint32_t block = 0;
    for (uint32_t span = 0; span < table_spans; span++) {
        uint64_t end = (uint64_t)(span + 1) << table_span_bits;
        uint32_t first = block;
        while (block < count && chunk_at(table, block) < end) {
            block++;
        }
        table->firsts[span] = first;
        if (block > first) {
            measure_span(table, span, first, block);
        }
    }
    table->firsts[table_spans] = block;
}

static void fill_span(struct block_table *table, uint32_t number, struct table_page *pages) {
    struct table_span *span = &table->spans[number];
    uint64_t first_page = (uint64_t)number * span_pages + span->first_page;
    uint32_t block = table->firsts[number];
    uint32_t next = table->firsts[number + 1];
    span->pages = pages;
    if (block > 0) {
        /* It may reach into this span. */
        mark_used(span, first_page, block_start(table, block - 1), chunk_end(table, block - 1));
    }
    for (uint32_t index = 0; index < span->page_count; index++) {
        struct table_page *page = &pages[index];
        page->first = block;
        for (; block < next && page_of(chunk_at(table, block)) == first_page + index; block++) {
            page->starts |= UINT64_C(1) << (chunk_at(table, block) / block_unit % page_units);
            mark_used(span, first_page, block_start(table, block), chunk_end(table, block));
        }
    }
}

/*
 * 8 MiB. From malloc they would be a mapping whose end raises malloc's own threshold for mappings (mallopt(3),
 * M_MMAP_THRESHOLD): the large lists of the next look would come from its heap, and stay there.
 */
static const size_t firsts_bytes = ((size_t)table_spans + 1) * sizeof(uint32_t);

static bool allocate(struct block_table *table) {
    table->spans = calloc(table_spans, sizeof *table->spans);
    table->firsts = large_memory_take(firsts_bytes);
    if (table->spans == NULL || table->firsts == NULL) {
        return false;
    }
    measure(table);
    table->pages = large_memory_take(table->page_count * sizeof *table->pages);
    return table->pages != NULL;
}

bool block_table_make(const struct block_list *blocks, struct block_table *table) {
    memset(table, 0, sizeof *table);
    table->blocks = blocks;
    if (!allocate(table)) {
        block_table_free(table);
        return false;
    }
    size_t used = 0;
    for (uint32_t span = 0; span < table_spans; span++) {
        if (table->firsts[span] < table->firsts[span + 1] && table->spans[span].page_count > 0) {
            fill_span(table, span, table->pages + used);
            used += table->spans[span].page_count;
        }
    }
    if (blocks->count > 0) {
        table->first = chunk_at(table, 0);
        table->end = chunk_end(table, (uint32_t)blocks->count - 1);
    }
    return true;
}

void block_table_free(struct block_table *table) {
    large_memory_free(table->pages, table->page_count * sizeof *table->pages);
    large_memory_free(table->firsts, firsts_bytes);
    free(table->spans);
    memset(table, 0, sizeof *table);
}

/* Where there is no page: among the blocks of the span, and the last one before it. */
static uint32_t search(const struct block_table *table, uint64_t address) {
    uint64_t span = address >> table_span_bits;
    if (span >= table_spans || address < block_header_bytes) {
        return no_block;
    }
    uint64_t header = address - block_header_bytes;
    uint32_t from = table->firsts[span];
    uint32_t to = table->firsts[span + 1];
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (chunk_at(table, middle) <= header) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from > 0 && address < chunk_end(table, from - 1) && chunk_at(table, from - 1) <= header ? from - 1
                                                                                                   : no_block;
}

/* NULL: there is none. */
static inline const struct table_page *find_page(const struct block_table *table, uint64_t address) {
    uint64_t number = address >> table_span_bits;
    const struct table_span *span = number < table_spans ? &table->spans[number] : NULL;
    if (span == NULL || span->pages == NULL) {
        return NULL;
    }
    uint64_t page = page_of(address) % span_pages - span->first_page;
    return page < span->page_count ? &span->pages[page] : NULL;
}

/* Hacker's Delight, 5-1: not each x86-64 has an instruction for it. */
static inline uint32_t count_bits(uint64_t word) {
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
}

static inline uint32_t find_in(const struct table_page *page, uint64_t address) {
    uint64_t unit = address / block_unit % page_units;
    uint32_t block = page->first + count_bits(page->starts & ((UINT64_C(2) << unit) - 1)) - 1;
    return (page->used >> unit & 1) != 0 ? block : no_block;
}

uint32_t block_table_find(const struct block_table *table, uint64_t address) {
    const struct table_page *page = find_page(table, address);
    return page != NULL ? find_in(page, address) : search(table, address);
}

void block_table_find_all(const struct block_table *table, const uint64_t *addresses, size_t count, uint32_t *found) {
    const struct table_page *pages[lookups_most];
    for (size_t index = 0; index < count + pages_ahead; index++) {
        if (index < count) {
            pages[index] = find_page(table, addresses[index]);
            __builtin_prefetch(pages[index]);
        }
        if (index >= pages_ahead) {
            size_t at = index - pages_ahead;
            found[at] = pages[at] != NULL ? find_in(pages[at], addresses[at]) : search(table, addresses[at]);
        }
    }
}
