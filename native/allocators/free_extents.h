/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FREE_EXTENTS_H
#define OFFHEAP_FREE_EXTENTS_H

/*
 * Free extents of jemalloc and of tcmalloc, as their records in the process have them, and what of them is resident:
 * what `arena.<all>.purge` and MallocExtension_ReleaseFreeMemory() give back.
 */

#include "../inspect/target.h"
#include "extent_tree.h"
#include "free_figures.h"

/* [start, end): the zeroed data of the object that has the allocator. page_bytes: of a page of the allocator's. */
struct inspect_verdict free_extents_read(const struct target *target, enum extent_records records, uint64_t page_bytes,
                                         uint64_t start, uint64_t end, struct free_extents *result);

#endif
