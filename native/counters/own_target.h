/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OWN_TARGET_H
#define OFFHEAP_OWN_TARGET_H

/*
 * How a thread adds to its counters. For counters.c, and for a writer whose calls are so short that calling functions
 * for it would cost as much as they do.
 */

#include "cell.h"
#include "compiler.h"
#include "page_memory.h"
#include "thread_slot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the calling thread's numbers go: its slot's cells, which it alone writes, or the process block's, which it
 * shares. */
struct target {
    counter_cell *cells;
    bool shared;
};

static inline struct target own_target(void) {
    struct counter_slot *slot = thread_slot();
    if (likely(slot != NULL)) {
        return (struct target){slot->block.cells, false};
    }
    return (struct target){counters_page->process.cells, true};
}

static inline void add(struct target target, unsigned index, int64_t delta) {
    if (likely(!target.shared)) {
        add_by_owner(&target.cells[index], delta);
    } else if (!counting_is_off) {
        atomic_fetch_add_explicit(&target.cells[index], delta, memory_order_relaxed);
    }
}

static inline void count_call(struct target target, enum counter_index field) {
    add(target, field, 1);
}

static inline unsigned histogram_bucket(size_t size) {
    unsigned width = size == 0 ? 0 : 64 - (unsigned)__builtin_clzll(size);
    return width < counter_histogram_buckets ? width : counter_histogram_buckets - 1;
}

/* A block comes, or goes, in a call that was counted: calls_malloc and calls_free hold less by that, see counter_sum.h.
 */

static inline void count_came(struct target target, size_t size) {
    add(target, counter_calls_malloc, -1);
    add(target, counter_total_sizes + histogram_bucket(size), 1);
}

static inline void count_gone(struct target target, size_t size) {
    add(target, counter_calls_free, -1);
    add(target, counter_live_sizes + histogram_bucket(size), -1);
}

#endif
