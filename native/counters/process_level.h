/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PROCESS_LEVEL_H
#define OFFHEAP_PROCESS_LEVEL_H

#include "compiler.h"
#include "counter_page.h"

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

/* Tells the calling thread's part now. pre: the slot is, or was until now, the calling thread's */
COLD void process_usable_publish(struct counter_slot *slot);

/* For a thread without a slot, which has no part of its own. */
void process_usable_add(int64_t delta);

/* In the child of a fork: what its page starts with. */
void process_levels_set(int64_t requested, int64_t mapped, int64_t usable);

#endif
