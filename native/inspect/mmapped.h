/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPPED_H
#define OFFHEAP_MMAPPED_H

/*
 * Blocks that malloc got from mmap (malloc/malloc.c, sysmalloc_mmap): a mapping begins with a header whose flags are
 * IS_MMAPPED alone and whose size is whole pages, or 16 bytes less from 2.43 on. The kernel merges neighbouring
 * mappings, so a chain of them is followed from each mapping's start. Where glibc counts more of them than that finds,
 * they are looked for behind foreign pages as well.
 */

#include "mmapped_list.h"
#include "walk_all.h"

/* Reads heaps->layout.params anew. */
struct inspect_verdict mmapped_find(const struct target *target, struct glibc_heaps *heaps,
                                    const struct walk_result *walked, struct mmapped *mmapped);

#endif
