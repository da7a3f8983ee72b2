/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CELL_H
#define OFFHEAP_CELL_H

#include "counter_page.h"

#include <stdint.h>

/*
 * Adds to a cell that only this thread writes. One instruction on x86-64, so that a signal handler that counts too
 * comes before or after it, never between a load and a store; elsewhere an atomic addition that no other core contends
 * for.
 */
static inline void add_by_owner(counter_cell *cell, int64_t delta) {
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
    __asm__ volatile("addq %1, %0" : "+m"(*(int64_t *)(uintptr_t)cell) : "er"(delta) : "cc");
#else
    atomic_fetch_add_explicit(cell, delta, memory_order_relaxed);
#endif
}

#endif
