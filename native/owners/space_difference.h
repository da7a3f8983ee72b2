/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SPACE_DIFFERENCE_H
#define OFFHEAP_SPACE_DIFFERENCE_H

#include "hotspot/hotspot.h"

/*
 * What of `now` is in none of `before`, or was made anew since. Both ascend, and none of theirs overlap. *to has room
 * for as many as both have together. Returns how many there are.
 */
size_t space_difference(const struct hotspot_space *now, size_t now_count, const struct hotspot_space *before,
                        size_t before_count, struct hotspot_space *to);

#endif
