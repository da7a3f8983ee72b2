/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_THREAD_SLOT_H
#define OFFHEAP_THREAD_SLOT_H

#include "compiler.h"
#include "page_memory.h"
#include "thread_counting.h"

#include <stdbool.h>
#include <stdint.h>

/* Makes threads give their slots back when they end. Before, their slots stay theirs for good, and nothing is lost. */
void thread_slots_start(void);

/*
 * A thread is about to be created, or will not be after all. Slots get their memory here, where the system call for it
 * is one that pthread_create(3) makes as well (glibc from 2.32, and musl): when a thread first allocates, a sandbox may
 * allow no more than an allocator's calls.
 */
void thread_slots_expect_one(void);
void thread_slots_expect_one_less(void);

/* Claims a slot for the calling thread. NULL when it has to count into the process block: no slot is free, or no memory
 * was got for one. */
COLD struct counter_slot *thread_slot_claim(void);

/* The program needs the key of thread-specific data by which threads give their slots back. From now on they keep them;
 * what they counted stays. False when there is none to give. */
bool thread_slots_give_key_up(void);

/* Copies the calling thread's new name into its slot. */
void thread_slot_name(const char *name);

/* In the child of a fork: the calling thread has no slot any more. */
void thread_slots_forget(void);

static inline struct counter_slot *thread_slot(void) {
    struct counter_slot *slot = thread_counting.slot;
    return likely(slot != NULL || thread_counting.slotless) ? slot : thread_slot_claim();
}

#endif
