/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MAIN_PIECES_H
#define OFFHEAP_MAIN_PIECES_H

#include "heap_list.h"
#include "target.h"

/*
 * The main arena's pieces that are mappings, since brk could not grow (malloc/malloc.c, sysmalloc, MORECORE_FAILURE).
 * The kernel merges them with what lies before and behind, so the first one of each mapping is looked for at every page
 * that is present, and the stretch goes to the mapping's end or the next heap: the walk finds further ones in it, and
 * what is not malloc's. Bounded: 65,536 pages. pre: the other heaps were found and are in order of address
 */
struct inspect_verdict main_pieces_take(const struct target *target, struct glibc_heaps *heaps);

#endif
