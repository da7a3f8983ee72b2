/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PAGE_MEMORY_H
#define OFFHEAP_PAGE_MEMORY_H

#include "compiler.h"
#include "counter_page.h"

/*
 * The page, at a constant address: private zeroed memory of the library until page_share() puts the shared file in its
 * place. Sparse: only what is touched costs memory.
 */
union page_memory {
    struct counter_page page;
    unsigned char bytes[counter_page_bytes];
};
extern HIDDEN union page_memory page_memory;
#define counters_page (&page_memory.page)

#endif
