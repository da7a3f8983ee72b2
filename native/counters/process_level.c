/* SPDX-License-Identifier: MIT */
#include "process_level.h"

#include "page.h"
#include "thread_slot.h"

/* One cache line for both: they are always written together. */
static struct {
    _Alignas(counter_alignment) counter_cell requested;
    counter_cell mapped;
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

void process_levels_set(int64_t requested, int64_t mapped) {
    atomic_store_explicit(&levels.requested, requested, memory_order_relaxed);
    atomic_store_explicit(&levels.mapped, mapped, memory_order_relaxed);
}
