/* SPDX-License-Identifier: MIT */
#include "process_level.h"

#include "cell.h"
#include "page_memory.h"
#include "thread_counting.h"

/* One cache line for all: a writer counts either requested and mapped bytes, always together, or usable ones. */
CLUSTERED static struct {
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
    if (counting_is_off) {
        return;
    }
    int64_t requested_now = atomic_fetch_add_explicit(&levels.requested, requested, memory_order_relaxed) + requested;
    int64_t mapped_now = atomic_fetch_add_explicit(&levels.mapped, mapped, memory_order_relaxed) + mapped;
    raise_peak(&counters_page->process.cells[counter_peak_live_requested_bytes], requested_now);
    raise_peak(&counters_page->process.cells[counter_peak_live_mapped_bytes], mapped_now);
}

void process_usable_publish(struct counter_slot *slot) {
    int64_t live = atomic_load_explicit(&slot->block.cells[counter_live_usable_bytes], memory_order_relaxed);
    int64_t delta = live - atomic_load_explicit(&thread_counting.told_usable, memory_order_relaxed);
    /* A signal handler may tell in between. What is then told twice is in told_usable twice, and taken back next time.
     */
    add_by_owner(&thread_counting.told_usable, delta);
    thread_counting.untold_usable = untold_nothing;
    process_usable_add(delta);
}

void process_usable_add(int64_t delta) {
    if (counting_is_off) {
        return;
    }
    int64_t now = atomic_fetch_add_explicit(&levels.usable, delta, memory_order_relaxed) + delta;
    raise_peak(&counters_page->process.cells[counter_peak_live_usable_bytes], now);
}

void process_levels_set(int64_t requested, int64_t mapped, int64_t usable) {
    atomic_store_explicit(&levels.usable, usable, memory_order_relaxed);
    atomic_store_explicit(&levels.requested, requested, memory_order_relaxed);
    atomic_store_explicit(&levels.mapped, mapped, memory_order_relaxed);
}
