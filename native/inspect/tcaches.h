/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_TCACHES_H
#define OFFHEAP_TCACHES_H

/*
 * The blocks in threads' tcaches. A thread's struct tcache_perthread_struct is a live chunk itself, and known by its
 * size and by what it has (malloc/malloc.c):
 *
 *   2.26 to 2.29  0x250: 64 counts of 8 bits, then 64 lists
 *   2.30 to 2.41  0x290: 64 counts of 16 bits, then 64 lists
 *   from 2.42     0x300: 76 numbers of 16 bits of what each list still has room for, then 76 lists; the last 12 are of
 *                 sizes from one power of two to the next
 */

#include "walk_all.h"

/* Counts them in walked->heaps and walked->sum. Lists that cannot be followed, or not in time, are left as they are. */
struct inspect_verdict tcaches_count(const struct target *target, struct glibc_heaps *heaps,
                                     struct walk_result *walked);

#endif
