/* SPDX-License-Identifier: MIT */
#include "process_level.h"

#include "own_target.h"

/* One cache line for all: a writer counts either requested and mapped bytes, always together, or usable ones. */
static struct {
    _Alignas(counter_alignment) counter_cell requested;
    counter_cell mapped;
    counter_cell usable;
} levels;

static void raise_peak(counter_cell *peak, int64_t level) {
    int64_t highest = atomic_load_explicit(peak, memory_order_relaxed);
    while (level > highest &&
           !atomic_compare_exchange_weak_explicit(peak, &highest, level, memory_order_relaxed, memory_order_relaxed)) {
    }
}

void process_levels_add(int64_t requested, int64_t mapped) {
    int64_t requested_now = atomic_fetch_add_explicit(&levels.requested, requested, memory_order_relaxed) + requested;
    int64_t mapped_now = atomic_fetch_add_explicit(&levels.mapped, mapped, memory_order_relaxed) + mapped;
    if (!counting_is_off) {
        raise_peak(&counters_page->process.cells[counter_peak_live_requested_bytes], requested_now);
        raise_peak(&counters_page->process.cells[counter_peak_live_mapped_bytes], mapped_now);
    }
}

void process_usable_publish(void) {
    int64_t delta = atomic_load_explicit(&thread_counting.unpublished_usable, memory_order_relaxed);
    /* A signal handler may publish in between: what it published too much is then missing in the thread's part. */
    add_by_owner(&thread_counting.unpublished_usable, -delta);
    int64_t now = atomic_fetch_add_explicit(&levels.usable, delta, memory_order_relaxed) + delta;
    if (!counting_is_off) {
        raise_peak(&counters_page->process.cells[counter_peak_live_usable_bytes], now);
    }
}

void process_levels_set(int64_t requested, int64_t mapped, int64_t usable) {
    atomic_store_explicit(&levels.usable, usable, memory_order_relaxed);
    atomic_store_explicit(&levels.requested, requested, memory_order_relaxed);
    atomic_store_explicit(&levels.mapped, mapped, memory_order_relaxed);
}
