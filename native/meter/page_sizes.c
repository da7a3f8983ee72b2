/* SPDX-License-Identifier: MIT */
#include "page_sizes.h"

#include <stdbool.h>

_Atomic uint64_t page_sizes_entries[page_sizes_pages];
_Atomic uint16_t page_sizes_given[page_sizes_most_requested / page_sizes_unit + 1];

/* A bit is 3 more in bytes than in units. */
const uint8_t page_sizes_bucket[page_sizes_units_in_page] = {
    [1] = 4,
    [2 ... 3] = 5,
    [4 ... 7] = 6,
    [8 ... 15] = 7,
    [16 ... 31] = 8,
    [32 ... 63] = 9,
    [64 ... 127] = 10,
    [128 ... 255] = 11,
    [256 ... 511] = 12,
    [512 ... 1023] = 13,
    [1024 ... 2047] = 14,
    [2048 ... 4095] = 15,
};

/* Odd sizes that have to be rounded up before sizes are kept. */
enum { blocks_to_agree = 64 };

/* An entry that no page has: its pages are asked for good. */
static const uint64_t always_asked = UINT64_MAX;

CLUSTERED static _Atomic int kind;
CLUSTERED static _Atomic unsigned rounded;

void page_sizes_start(enum page_sizes_kind allocator) {
    atomic_store(&rounded, 0);
    atomic_store(&kind, allocator);
}

void page_sizes_give_up(void) {
    atomic_store(&kind, page_sizes_are_asked);
    for (size_t words = 0; words <= page_sizes_most_requested / page_sizes_unit; words++) {
        atomic_store_explicit(&page_sizes_given[words], 0, memory_order_relaxed);
    }
    for (size_t page = 0; page < page_sizes_pages; page++) {
        atomic_store_explicit(&page_sizes_entries[page], 0, memory_order_relaxed);
    }
}

static bool is_proven(void) {
    return atomic_load_explicit(&rounded, memory_order_relaxed) >= blocks_to_agree;
}

/* Units of a size; 0 of one that is not kept. */
static uint64_t units_of(size_t usable) {
    size_t units = usable / page_sizes_unit;
    return units < page_sizes_units_in_page ? units : 0;
}

static void keep(const void *block, uint64_t units) {
    _Atomic uint64_t *entry = page_sizes_entry(block);
    uint64_t known = atomic_load_explicit(entry, memory_order_relaxed);
    bool is_of_page = (known ^ (uintptr_t)block) >> page_sizes_page_bits == 0;
    if (known != always_asked && (units != 0 || is_of_page)) {
        atomic_store_explicit(entry, units == 0 ? 0 : page_sizes_page(block) | units, memory_order_relaxed);
    }
}

/*
 * An allocator that keeps the size asked for, behind padding that it checks, gives blocks of one class different sizes:
 * mimalloc's secure and its debugging build (MI_PADDING), and libtcmalloc_debug. Of an odd size it says so.
 */
void page_sizes_learn(const void *block, size_t requested, size_t usable) {
    if (atomic_load_explicit(&kind, memory_order_relaxed) == page_sizes_are_asked) {
        return;
    }
    if (unlikely(usable % page_sizes_unit != 0)) {
        page_sizes_give_up();
        return;
    }
    if (unlikely(!is_proven())) {
        atomic_fetch_add_explicit(&rounded, requested % page_sizes_unit != 0, memory_order_relaxed);
        return;
    }
    uint64_t units = units_of(usable);
    keep(block, units);
    if (requested <= page_sizes_most_requested) {
        size_t words = (requested + page_sizes_unit - 1) / page_sizes_unit;
        atomic_store_explicit(&page_sizes_given[words], (uint16_t)units, memory_order_relaxed);
    }
}

void page_sizes_learn_resized(const void *block, size_t usable) {
    if (atomic_load_explicit(&kind, memory_order_relaxed) != page_sizes_are_asked && is_proven()) {
        keep(block, units_of(usable));
    }
}

void page_sizes_learn_aligned(const void *block, size_t usable) {
    uint64_t units = units_of(usable);
    bool is_as_its_page = units != 0 && page_sizes_of_live(block) == units;
    if (atomic_load_explicit(&kind, memory_order_relaxed) == page_sizes_but_alignment && units != 0) {
        if (!is_as_its_page) {
            atomic_store_explicit(page_sizes_entry(block), always_asked, memory_order_relaxed);
        }
    } else {
        page_sizes_learn_resized(block, usable);
    }
}
