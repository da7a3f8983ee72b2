/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_TEST_READABLE_HEADER_H
#define OFFHEAP_TEST_READABLE_HEADER_H

#include "counter_page.h"
#include <string.h>

/* The header of an empty page that counter_check accepts; not made by the code that a process makes its own with. */
static inline void make_readable_header(struct counter_page_header *header) {
    memset(header, 0, sizeof *header);
    atomic_store(&header->magic, counter_page_magic);
    header->version = counter_page_version;
    header->header_bytes = sizeof *header;
    header->page_bytes = counter_page_bytes;
    header->slot_count = counter_slot_count;
    header->slot_bytes = sizeof(struct counter_slot);
    header->cell_count = counter_cell_count;
    atomic_store(&header->ready, 1);
}

#endif
