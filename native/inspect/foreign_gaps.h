/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FOREIGN_GAPS_H
#define OFFHEAP_FOREIGN_GAPS_H

/*
 * Memory within heaps of the main arena that is not malloc's: the program's own by sbrk, or mappings that the kernel
 * merged with malloc's; between two pieces of the arena or behind its top.
 */

#include "page_map.h"

#include <stdbool.h>

enum { foreign_gap_limit = 1 << 20 };

struct foreign_gap {
    uint64_t start;
    uint64_t end;
};

struct foreign_gaps {
    struct foreign_gap *list; /* in order of address */
    size_t count;
    size_t capacity;
};

/* False: there is no room for it. An empty one is none. */
bool foreign_gaps_add(struct foreign_gaps *gaps, uint64_t start, uint64_t end);
/* What came from several heaps in the order of one. */
void foreign_gaps_sort(struct foreign_gaps *gaps);
void foreign_gaps_free(struct foreign_gaps *gaps);

/* Index of the first that ends behind the address. */
size_t foreign_gaps_from(const struct foreign_gaps *gaps, uint64_t address);
/* Whether the address lies in one. */
bool foreign_gaps_has(const struct foreign_gaps *gaps, uint64_t address);
uint64_t foreign_gaps_bytes(const struct foreign_gaps *gaps);
/* Resident bytes. */
uint64_t foreign_gaps_rss(const struct foreign_gaps *gaps, const struct page_bits *bits);

#endif
