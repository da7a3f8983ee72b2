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

/* By number. `lives` has room for the base. */
void climb_tell_lives(const struct climb *climb, enum object_life *lives);

/*
 * How many objects of the base live, and how many do not for certain: what is above the highest level may hold others,
 * and counts as held from now on. False: there is no memory.
 */
bool climb_count(struct climb *climb, uint64_t *rooted, uint64_t *waiting);

#endif
