/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_GLIBC_HEAP_H
#define OFFHEAP_GLIBC_HEAP_H

/*
 * All heaps of a process: the main arena's by the program break and by mmap, and every other arena's chain of heaps
 * (malloc/arena.c, struct heap_info: ar_ptr, prev, size, mprotect_size, since 2.35 pagesize), which lie at multiples of
 * HEAP_MAX_SIZE: 64 MiB, or four huge pages where glibc.malloc.hugetlb=2 is in force. They are found by their headers,
 * arenas once more by the ring of `next`.
 */

#include "heap_list.h"
#include "target.h"

/* inspect_no_main_arena when glibc's malloc is in use and its main arena, or any memory of it, is not to be found. */
struct inspect_verdict glibc_heaps_find(const struct target *target, struct glibc_heaps *heaps);

/* Where the heap ends now; its old end when that cannot be told. */
uint64_t glibc_heap_end(const struct target *target, const struct heap *heap);

#endif
