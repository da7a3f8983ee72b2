/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_GLIBC_FREE_H
#define OFFHEAP_GLIBC_FREE_H

/*
 * Chunks that the program has freed and the chunk chain still shows as in use: those of the fastbins, which are lists
 * from malloc_state (links XORed with their place since 2.32, "safe-linking"), and those of threads' tcaches, of which
 * tcache_perthread_struct has counts by size (malloc/malloc.c: 64 bytes of counts to 2.29, 64 words of 16 bits from
 * 2.30 to 2.41; what 2.42 has is not read). Bounded and best effort.
 */

#include "glibc_heap.h"

/* Gives every heap what tells its free blocks that the chain shows as in use: see struct free_marks. */
void glibc_free_mark(const struct target *target, struct glibc_heaps *heaps);

/* The process's tcache_key (2.34 and later), read from a block in a thread's tcache; 0 when none was found. */
uint64_t glibc_tcache_key(const struct target *target, const struct glibc_heaps *heaps);

/* Bytes in the fastbins of an arena. */
uint64_t glibc_fastbin_bytes(const struct target *target, const struct glibc_heaps *heaps, const struct arena *arena);

/* Bytes in the tcache that a chunk of 0x250 or 0x290 bytes at `address` holds; 0 when it is none. */
uint64_t glibc_tcache_bytes(const struct target *target, const struct glibc_heaps *heaps, uint64_t address);

#endif
