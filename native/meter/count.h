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

/*
 * Some allocators' operator new and delete call malloc and free, others do not, and either may call a new-handler that
 * allocates and frees blocks of its own. So each block is counted by what it is, not by who calls whom: the block that
 * malloc has counted last is not counted again by the operator that returns it, and free does not count the one that an
 * operator delete has counted and now gives back. Only for an allocator that brings operators: those of libstdc++ call
 * malloc and free, and count nothing.
 */
struct operator_call {
    void *came;
    void *going;
};
extern HIDDEN THREAD_LOCAL struct operator_call operator_call;

/* A call that gave a new block, or NULL. Returns it. */
HIDDEN void *count_new(enum counter_index call, enum counter_index failure, void *block, size_t requested);

/* Counts a block that is given back next. `block` may be NULL. */
HIDDEN void count_going(enum counter_index call, void *block);

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
