/* SPDX-License-Identifier: MIT */
#include "page_storage.h"

#include "page_memory.h"
#include "sys_pages.h"

_Atomic size_t page_stored_bytes = counter_page_bytes;

/* By the last word of the first slot that ends in the page at `offset`, which is not the first page. */
static bool get_memory_at(size_t offset) {
    size_t bytes = offset + sizeof(counter_word) - offsetof(struct counter_page, slots);
    size_t ends = (bytes + sizeof(struct counter_slot) - 1) / sizeof(struct counter_slot);
    return pages_get_memory(&counters_page->slots[ends - 1].scratch);
}

void page_store_slots(uint32_t slots) {
    size_t wanted = page_slots_end(slots);
    size_t stored = atomic_load_explicit(&page_stored_bytes, memory_order_relaxed);
    while (stored < wanted && get_memory_at(stored)) {
        size_t more = stored + pages_size();
        if (atomic_compare_exchange_strong_explicit(&page_stored_bytes, &stored, more, memory_order_relaxed,
                                                    memory_order_relaxed)) {
            stored = more;
        }
    }
}
