/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_COUNT_H
#define OFFHEAP_COUNT_H

/*
 * Counting in the general way, good for every call: of a thread with a slot or without one, that gives a real block, a
 * bootstrap block or none. Blocks of the bootstrap arena are no allocator's: their calls count, they do not. errno
 * stays as the real function left it.
 */

#include "compiler.h"
#include "counter_page.h"
#include "process_level.h"
#include "thread_slot.h"

#include <stdbool.h>
#include <stddef.h>

/* A call that gave a new block, or NULL. Returns it. */
HIDDEN void *count_new(enum counter_index call, enum counter_index failure, void *block, size_t requested);

/* Counts and frees. `block` may be NULL. */
HIDDEN void count_and_free(enum counter_index call, void *block);

/* Resizes and counts. `block` may be NULL. */
HIDDEN void *count_and_resize(enum counter_index call, enum counter_index failure, void *block, size_t size);

/* Whether the slot's live usable bytes are far enough from what the process was told of them to tell it again. pre: the
 * calling thread's slot */
static inline bool has_news(struct counter_slot *slot) {
    int64_t live = atomic_load_explicit(&slot->block.cells[counter_live_usable_bytes], memory_order_relaxed);
    int64_t told = atomic_load_explicit(&thread_counting.told_usable, memory_order_relaxed);
    return (uint64_t)(live - told + process_usable_step) > 2 * process_usable_step;
}

#endif
