/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FREE_SEGMENTS_H
#define OFFHEAP_FREE_SEGMENTS_H

/*
 * What mi_collect(true) gives back, by mimalloc 2.0.9's own records in the process (include/mimalloc-types.h,
 * src/segment.c): resident bytes of segments in its cache; and in segments that ended threads have left, of the pages
 * all of whose blocks are freed, with the free spans about them, and of spans that wait to be given back.
 * A segment proves itself: its spans have to cover it, as many of them be in use as it says, and its address and its
 * cookie give the same secret as those of all others.
 */

#include "../inspect/target.h"
#include "free_figures.h"

struct inspect_verdict free_segments_read(const struct target *target, struct free_segments *result);

#endif
