/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MAIN_ARENA_H
#define OFFHEAP_MAIN_ARENA_H

/* The main arena and its heap: by the program break and, where that could not grow, in pieces by mmap. */

#include "heap_list.h"
#include "target.h"

/* The arena, and what it has by the program break. pre: the layout is known, no arena was added before */
struct inspect_verdict main_arena_take(const struct target *target, struct glibc_heaps *heaps);

/* Its pieces, which are mappings outside of all heaps that were found before. pre: these are in order of address */
struct inspect_verdict main_arena_take_mapped(const struct target *target, struct glibc_heaps *heaps);

/* Bytes that it got from the system, when none of them were found; 0 when some were, or it has none. */
uint64_t main_arena_missing_bytes(const struct glibc_heaps *heaps);

#endif
