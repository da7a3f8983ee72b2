/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PAGE_STARTS_H
#define OFFHEAP_PAGE_STARTS_H

/*
 * The first and the last two words of each page of a range that is present, many pages by one system call. Of a range
 * few are read at first: who looks for something often finds it in the first of them.
 */

#include "target.h"

enum { page_starts_batch = remote_batch / 2, page_starts_first = 4 };

struct page_start {
    uint64_t address;
    uint64_t words[2];
    uint64_t last[2];
};

struct page_starts {
    const struct target *target;
    uint64_t left; /* pages that may still be told, of all ranges together */
    struct page_bits bits;
    uint64_t at;
    uint64_t end;
    struct page_start batch[page_starts_batch];
    size_t reach; /* pages that are read next, at most */
    size_t count;
    size_t next;
};

void page_starts_open(struct page_starts *starts, const struct target *target, uint64_t most_pages);
void page_starts_close(struct page_starts *starts);

/* Begins with another range. False: its pages cannot be told. */
bool page_starts_range(struct page_starts *starts, uint64_t start, uint64_t end);
/* The next page; NULL: there is none, the bound is reached, or the target's time is over. */
const struct page_start *page_starts_next(struct page_starts *starts);

#endif
