/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PAGE_H
#define OFFHEAP_PAGE_H

#include "counter_page.h"

#include <stdbool.h>
#include <stdint.h>

/* Where the page is shared. */
struct page_settings {
    char writer[sizeof((struct counter_page_header *)0)->writer];
    bool off;
    bool verbose;
    const char *directory; /* empty: memfd */
    uint32_t flags;        /* of the header */
};

/*
 * Creates the file, copies what was counted so far into it and maps it over the page. When it cannot, the page stays as
 * it was, and private. `is_untouched`: nothing was counted yet. pre: no other thread counts meanwhile (constructor)
 */
void page_share(const struct page_settings *settings, bool is_untouched);

/*
 * In the child of a fork: leaves the parent's page for one of its own, which begins with `process`; private when it
 * cannot be shared. False when the kernel refuses that as well: the page is then still the parent's and must not be
 * written.
 */
bool page_share_anew(const struct page_settings *settings, const int64_t process[counter_cell_count]);

#endif
