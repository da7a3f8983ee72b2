/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FOREIGN_GAPS_H
#define OFFHEAP_FOREIGN_GAPS_H

/*
 * Memory within heaps of the main arena that is not malloc's: the program's own by sbrk, or mappings that the kernel
 * merged with malloc's; between two pieces of the arena or behind its top.
 */

#include "page_map.h"

#include <stdbool.h>

enum { foreign_gap_limit = 64 };

struct foreign_gap {
    uint64_t start;
    uint64_t end;
};

struct foreign_gaps {
    struct foreign_gap list[foreign_gap_limit]; /* in order of address */
    unsigned count;
};

/* False: there is no room for it. */
bool foreign_gaps_add(struct foreign_gaps *gaps, uint64_t start, uint64_t end);
/* Whether the address lies in one. */
bool foreign_gaps_has(const struct foreign_gaps *gaps, uint64_t address);
uint64_t foreign_gaps_bytes(const struct foreign_gaps *gaps);
/* Resident bytes. */
uint64_t foreign_gaps_rss(const struct foreign_gaps *gaps, const struct page_bits *bits);

#endif
