/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_RANGES_H
#define OFFHEAP_RANGES_H

#include "inspection.h"
#include "mmapped.h"

/* Where malloc's memory lies, without what within it is not malloc's: result->ranges. False: there is no memory. */
bool ranges_fill(const struct glibc_heaps *heaps, const struct walk_result *walked, const struct mmapped *mmapped,
                 struct inspection *result);

#endif
