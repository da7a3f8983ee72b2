/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_JAVA_POINTS_H
#define OFFHEAP_JAVA_POINTS_H

/*
 * Fields of Java objects that hold addresses in memory of which nobody tells where its blocks begin and end: that of
 * another allocator than glibc's. Each distinct address stands for a block, of a size that is not known.
 */

#include "java_hits.h"

/*
 * As java_hits_find(); hits' blocks are numbers below *addresses, in order of address. `ranges` are in order of address
 * and without overlap: the allocator's memory, and none of the Java heap.
 */
struct inspect_verdict java_points_find(const struct target *target, struct hotspot *vm,
                                        const struct memory_range *ranges, size_t range_count, struct java_hits *hits,
                                        size_t *addresses);

#endif
