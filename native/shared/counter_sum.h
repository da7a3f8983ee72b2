/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_COUNTER_SUM_H
#define OFFHEAP_COUNTER_SUM_H

/* The process's values from a page: for readers, and for the writer that must know its own at fork. C only. */

#include "counter_page.h"

#include <stdbool.h>

/* A fold takes about a microsecond and a sum some ten: so many tries fail only when a writer died in the middle of a
 * fold. */
#define counter_sum_attempts 64

static inline void counter_add_cells(const struct counter_block *block, unsigned first, unsigned count, int64_t *sum) {
    for (unsigned index = 0; index < count; index++) {
        sum[index] += atomic_load_explicit(&block->cells[first + index], memory_order_relaxed);
    }
}

/*
 * From what cells hold to what fields mean, for one block or for a sum of blocks. A block that comes is counted once,
 * in total_sizes, and one that goes once, in live_sizes, whoever was called:
 *
 *   live_sizes        holds minus the blocks that are gone     value: total_sizes + cell, each bucket
 *   live_allocations  holds nothing                            value: sum of live_sizes
 *   calls_malloc      holds calls less blocks that came        value: cell + sum of total_sizes
 *   calls_free        holds calls less blocks that are gone    value: cell + the blocks gone
 *
 * So malloc and free themselves, when they succeed, write neither of their calls. Unsigned, because nothing is known of
 * a damaged page, and signed overflow is undefined.
 */
static inline void counter_derive(int64_t cells[counter_cell_count]) {
    uint64_t came = 0;
    uint64_t live = 0;
    for (unsigned bucket = 0; bucket < counter_histogram_buckets; bucket++) {
        uint64_t total = (uint64_t)cells[counter_total_sizes + bucket];
        uint64_t left = total + (uint64_t)cells[counter_live_sizes + bucket];
        cells[counter_live_sizes + bucket] = (int64_t)left;
        came += total;
        live += left;
    }
    cells[counter_live_allocations] = (int64_t)live;
    cells[counter_calls_malloc] = (int64_t)((uint64_t)cells[counter_calls_malloc] + came);
    cells[counter_calls_free] = (int64_t)((uint64_t)cells[counter_calls_free] + came - live);
}

/*
 * Adds up what cells first … first + count hold, of the process block and of the first `slot_limit` slots. Returns
 * false when the sum is not trustworthy, because a fold was going on at every try: one ended thread may then be in it
 * twice or not at all. pre: slot_limit <= counter_slot_count, first + count <= counter_cell_count
 */
static inline bool counter_page_sum_range(const struct counter_page *page, uint32_t slot_limit, unsigned first,
                                          unsigned count, int64_t *sum) {
    const struct counter_page_header *header = &page->header;
    for (unsigned attempt = 0; attempt < counter_sum_attempts; attempt++) {
        /* In this order: equal numbers then mean that nothing was being folded when folds_begun was read. */
        uint64_t ended = atomic_load_explicit(&header->folds_ended, memory_order_acquire);
        uint64_t begun = atomic_load_explicit(&header->folds_begun, memory_order_acquire);
        for (unsigned index = 0; index < count; index++) {
            sum[index] = 0;
        }
        counter_add_cells(&page->process, first, count, sum);
        for (uint32_t index = 0; index < slot_limit; index++) {
            const struct counter_slot *slot = &page->slots[index];
            if (atomic_load_explicit(&slot->state, memory_order_acquire) == counter_slot_used) {
                counter_add_cells(&slot->block, first, count, sum);
            }
        }
        atomic_thread_fence(memory_order_acquire);
        if (begun == ended && atomic_load_explicit(&header->folds_begun, memory_order_relaxed) == begun) {
            return true;
        }
    }
    return false;
}

/* What all cells hold: see counter_page_sum_range(). */
static inline bool counter_page_sum_cells(const struct counter_page *page, uint32_t slot_limit,
                                          int64_t sum[counter_cell_count]) {
    return counter_page_sum_range(page, slot_limit, 0, counter_cell_count, sum);
}

/* The same, as values of the fields. */
static inline bool counter_page_sum(const struct counter_page *page, uint32_t slot_limit,
                                    int64_t sum[counter_cell_count]) {
    bool settled = counter_page_sum_cells(page, slot_limit, sum);
    counter_derive(sum);
    return settled;
}

#endif
