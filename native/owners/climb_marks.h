/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CLIMB_MARKS_H
#define OFFHEAP_CLIMB_MARKS_H

/* Which objects of a climb are held from outside of the heap, and whose holders are looked for. */

#include "climb.h"

static inline bool climb_has_bit(const uint64_t *bits, uint32_t object) {
    return (bits[object / 64] >> (object % 64) & 1) != 0;
}

static inline void climb_set_bit(uint64_t *bits, uint32_t object) {
    bits[object / 64] |= UINT64_C(1) << (object % 64);
}

/* Of the objects from `before` on those that are not known to be held are sought next. False: there is no memory. */
bool climb_choose(struct climb *climb, size_t before);

/* The first reference that this holder keeps, once objects were chosen. */
size_t climb_kept_from(const struct climb *climb, uint32_t holder);

bool climb_seeks(const struct climb *climb);

/* Those above which nobody has looked yet count as held. False: there is no memory. */
bool climb_trust_unseen(struct climb *climb);

#endif
