/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_WAY_UP_H
#define OFFHEAP_WAY_UP_H

/*
 * One way from the objects of a climb up to what holds them from outside of the heap. The groups of holders that a
 * climb finds are all there are on a level, garbage among them, and a line of one level need not hold the line below.
 * Here each step holds the one below it: by the class and field that hold most of it, on the shortest ways up.
 */

#include "holder_roots.h"

/* Adds its steps to the groups of the result; none where most of the objects are not held. False: there is no memory.
 */
bool way_up_tell(const struct holder_roots *roots, const struct climb *climb, uint32_t owner,
                 struct owners_result *result);

#endif
