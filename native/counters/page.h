/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PAGE_H
#define OFFHEAP_PAGE_H

#include "compiler.h"
#include "counter_page.h"

#include <stdbool.h>
#include <stdint.h>

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

/* Where the page is shared. Copied from the environment at start: a program may change its own later. */
struct page_settings {
    const char *writer;
    bool off;
    bool verbose;
    uint32_t flags;       /* of the header */
    char directory[4096]; /* empty: memfd */
};

/*
 * Creates the file, copies what was counted so far into it and maps it over the page. When it cannot, the page stays as
 * it was, and private. pre: no other thread counts meanwhile (constructor, or child of a fork)
 */
void page_share(const struct page_settings *settings);

/*
 * In the child of a fork: takes the parent's file away from under the page, which is then private and zero. False when
 * the kernel refuses; the page is then still the parent's and must not be written.
 */
bool page_unshare(void);

#endif
