/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_TCACHES_H
#define OFFHEAP_TCACHES_H

/*
 * The blocks in threads' tcaches. A thread's struct tcache_perthread_struct is a live chunk itself, and known by its
 * size and by what it has: tcache_shape.h.
 */

#include "walk_all.h"

/* Counts them in walked->heaps and walked->sum. Lists that cannot be followed, or not in time, are left as they are. */
struct inspect_verdict tcaches_count(const struct target *target, struct glibc_heaps *heaps,
                                     struct walk_result *walked);

#endif
