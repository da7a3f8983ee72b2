/* SPDX-License-Identifier: MIT */
#include "block_table.h"

#include <stdlib.h>
#include <string.h>

static uint64_t chunk_at(const struct block_table *table, uint32_t block) {
    return block_chunk(table->blocks->list[block]);
}

static uint64_t chunk_end(const struct block_table *table, uint32_t block) {
    return chunk_at(table, block) + block_list_bytes(table->blocks, block);
}

/* Fills one span from the block `first` on, and returns the first block behind it. */
static uint32_t fill_span(struct block_table *table, uint32_t span, uint32_t first) {
    uint32_t *pages = table->spans[span];
    uint32_t count = (uint32_t)table->blocks->count;
    uint32_t block = first;
    for (uint32_t page = 0; page < table_pages; page++) {
        uint64_t start = ((uint64_t)span << table_span_bits) + ((uint64_t)page << table_page_bits);
        while (block < count && chunk_at(table, block) < start) {
            block++;
        }
        pages[page] = block;
    }
    uint64_t end = (uint64_t)(span + 1) << table_span_bits;
    while (block < count && chunk_at(table, block) < end) {
        block++;
    }
    pages[table_pages] = block;
    return block;
}

static bool fill(struct block_table *table) {
    uint32_t count = (uint32_t)table->blocks->count;
    uint32_t done = 0; /* spans */
    for (uint32_t block = 0; block < count;) {
        uint64_t chunk = chunk_at(table, block);
        uint32_t span = (uint32_t)(chunk >> table_span_bits);
        if (chunk >> table_span_bits >= table_spans) {
            break;
        }
        for (; done <= span; done++) {
            table->before[done] = block == 0 ? no_block : block - 1;
        }
        table->spans[span] = malloc((table_pages + 1) * sizeof **table->spans);
        if (table->spans[span] == NULL) {
            return false;
        }
        block = fill_span(table, span, block);
    }
    for (; done < table_spans; done++) {
        table->before[done] = count == 0 ? no_block : count - 1;
    }
    return true;
}

bool block_table_make(const struct block_list *blocks, struct block_table *table) {
    memset(table, 0, sizeof *table);
    table->blocks = blocks;
    table->spans = calloc(table_spans, sizeof(uint32_t *));
    table->before = malloc(table_spans * sizeof *table->before);
    if (table->spans == NULL || table->before == NULL || !fill(table)) {
        block_table_free(table);
        return false;
    }
    if (blocks->count > 0) {
        table->first = chunk_at(table, 0);
        table->end = chunk_end(table, (uint32_t)blocks->count - 1);
    }
    return true;
}

void block_table_free(struct block_table *table) {
    for (size_t span = 0; table->spans != NULL && span < table_spans; span++) {
        free(table->spans[span]);
    }
    free(table->spans);
    free(table->before);
    memset(table, 0, sizeof *table);
}

uint64_t block_end(const struct block_table *table, uint32_t block) {
    return chunk_end(table, block) + sizeof(uint64_t);
}

uint32_t block_table_from(const struct block_table *table, uint64_t address) {
    uint64_t span = address >> table_span_bits;
    if (span >= table_spans) {
        return (uint32_t)table->blocks->count;
    }
    if (table->spans[span] == NULL) {
        return table->before[span] == no_block ? 0 : table->before[span] + 1;
    }
    uint64_t page = (address >> table_page_bits) % table_pages;
    uint32_t from = table->spans[span][page];
    uint32_t to = table->spans[span][page + 1];
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (chunk_at(table, middle) < address) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

uint32_t block_table_find(const struct block_table *table, uint64_t address) {
    uint64_t header = address - block_header_bytes;
    uint32_t behind = address < block_header_bytes ? 0 : block_table_from(table, header + 1);
    return behind > 0 && address < chunk_end(table, behind - 1) ? behind - 1 : no_block;
}
