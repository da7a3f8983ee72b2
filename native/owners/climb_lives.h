/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CLIMB_LIVES_H
#define OFFHEAP_CLIMB_LIVES_H

/* What a climb has found out about the objects of its base. */

#include "climb.h"

enum object_life {
    object_dead,  /* nothing leads to it that is held from outside of the heap, and no Cleaner has it */
    object_waits, /* it is what a Cleaner will run once it sees that the object it watches is garbage */
    object_lives, /* it is held; of what a Cleaner will run, the object that the Cleaner watches is */
};

/* The climb did not come to an end: of those that are not known to be held nothing is known. */
bool climb_is_cut(const struct climb *climb);

/* By number. `lives` has room for the base. */
void climb_tell_lives(const struct climb *climb, enum object_life *lives);

/* How many objects of the base live. False: there is no memory. */
bool climb_count_rooted(const struct climb *climb, uint64_t *rooted);

#endif
