/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPPED_SEARCH_H
#define OFFHEAP_MMAPPED_SEARCH_H

#include "mmapped_list.h"
#include "walk_all.h"

/* Looks for those that are missing in every page that is present. Bounded: 65,536 pages. */
struct inspect_verdict mmapped_search(const struct target *target, const struct glibc_heaps *heaps,
                                      const struct walk_result *walked, struct mmapped *mmapped);

#endif
