/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PAGE_STORAGE_H
#define OFFHEAP_PAGE_STORAGE_H

/*
 * How much of the page has memory behind it. The shared file is sparse, so that a process of few threads costs one page
 * of the kernel's; and writing to a file that is mapped, where its file system is full, ends the process by SIGBUS. So
 * memory is got for a slot before it is used for the first time.
 */

#include "compiler.h"
#include "counter_page.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Bytes from the start of the page. All of it, as long as the page is private memory. */
extern HIDDEN _Atomic size_t page_stored_bytes;

/* Offset of what follows the first `slots` slots. */
static inline size_t page_slots_end(uint32_t slots) {
    return offsetof(struct counter_page, slots) + slots * sizeof(struct counter_slot);
}

/* Whether the first `slots` slots may be touched. */
static inline bool page_has_slots(uint32_t slots) {
    return page_slots_end(slots) <= atomic_load_explicit(&page_stored_bytes, memory_order_relaxed);
}

/* Gets memory for the first `slots` slots, or for as many of them as there is memory for. Makes a system call for each
 * page that is new: see pages_get_memory(). pre: slots <= counter_slot_count */
void page_store_slots(uint32_t slots);

#endif
