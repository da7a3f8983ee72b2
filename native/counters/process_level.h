/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PROCESS_LEVEL_H
#define OFFHEAP_PROCESS_LEVEL_H

#include "compiler.h"
#include "counter_page.h"
#include "thread_counting.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Live bytes of the whole process at every moment, for the sake of their peaks: threads' own levels cannot tell what
 * their sum was at its highest. The only atomic read-modify-write of
 * a call.
 */

void process_levels_add(int64_t requested, int64_t mapped);

/*
 * Usable bytes, for a writer that must not pay an atomic addition for every call: a thread tells its part only when it
 * has changed by more than process_usable_step since, or when the thread ends. So the peak is right within
 * process_usable_step a thread.
 */
#define process_usable_step (64 * 1024)
#define process_usable_unit 2
static_assert(process_usable_step / process_usable_unit == untold_nothing, "half of 16 bits");

/*
 * The thread's part has grown, or shrunk by less than process_usable_step: whether it is to be told. One instruction on
 * x86-64 adds and finds out, by the carry of 16 bits that begin in the middle. Sizes are whole units of 2 bytes, but
 * for few allocators: what is lost of those is in the bound no more than a byte a block.
 */
static inline bool process_usable_grew(size_t bytes) {
    uint16_t units = (uint16_t)(bytes / process_usable_unit);
    bool carries;
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
    __asm__ volatile("addw %w2, %0" : "+m"(thread_counting.untold_usable), "=@ccc"(carries) : "r"(units));
#else
    carries = __builtin_add_overflow(thread_counting.untold_usable, units, &thread_counting.untold_usable);
#endif
    return unlikely(carries);
}

static inline bool process_usable_shrank(size_t bytes) {
    uint16_t units = (uint16_t)(bytes / process_usable_unit);
    bool borrows;
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
    __asm__ volatile("subw %w2, %0" : "+m"(thread_counting.untold_usable), "=@ccc"(borrows) : "r"(units));
#else
    borrows = __builtin_sub_overflow(thread_counting.untold_usable, units, &thread_counting.untold_usable);
#endif
    return unlikely(borrows);
}

/* Tells the calling thread's part now. pre: the slot is, or was until now, the calling thread's */
COLD void process_usable_publish(struct counter_slot *slot);

/* For a thread without a slot, which has no part of its own. */
void process_usable_add(int64_t delta);

/* In the child of a fork: what its page starts with. */
void process_levels_set(int64_t requested, int64_t mapped, int64_t usable);

#endif
