/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MAIN_ARENA_H
#define OFFHEAP_MAIN_ARENA_H

/* The main arena and its heap by the program break; main_pieces.h has what it got by mmap. */

#include "heap_list.h"
#include "target.h"

/* The arena, and what it has by the program break. pre: the layout is known, no arena was added before */
struct inspect_verdict main_arena_take(const struct target *target, struct glibc_heaps *heaps);

/* Bytes that it says to have from the system; 0 where it has none, or is not known. */
uint64_t main_arena_bytes(const struct glibc_heaps *heaps);

#endif
