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
 * Adds up cells first … first + count of the process block and of the first `slot_limit` slots. Returns false when the
 * sum is not trustworthy, because a fold was going on at every try: one ended thread may then be in it twice or not at
 * all. pre: slot_limit <= counter_slot_count, first + count <= counter_cell_count
 */
static inline bool counter_page_sum_cells(const struct counter_page *page, uint32_t slot_limit, unsigned first,
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

/* All cells: see counter_page_sum_cells(). */
static inline bool counter_page_sum(const struct counter_page *page, uint32_t slot_limit,
                                    int64_t sum[counter_cell_count]) {
    return counter_page_sum_cells(page, slot_limit, 0, counter_cell_count, sum);
}

#endif
