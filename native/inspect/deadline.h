/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_DEADLINE_H
#define OFFHEAP_DEADLINE_H

/*
 * Until when an inspection may go on, and whether it was called off meanwhile. What it looks at may have been made to
 * take long, so every loop whose length the other process chooses asks.
 */

#include "verdict.h"

#include <stdbool.h>
#include <stdint.h>

struct deadline {
    uint64_t until_ns;        /* by monotonic_ns() */
    const int32_t *cancelled; /* not 0: called off, by another thread; NULL: nobody can */
};

/* CLOCK_MONOTONIC. */
uint64_t monotonic_ns(void);

/* NULL is allowed: no deadline. */
bool deadline_is_over(const struct deadline *deadline);

/* The same, looked at for one of 1,024 calls: for loops whose rounds are shorter than a look at the clock. */
bool deadline_is_over_at(const struct deadline *deadline, uint64_t round);

/* How it ended when it is over: inspect_cancelled, or inspect_deadline while it did `what`; else inspect_ok. */
struct inspect_verdict deadline_verdict(const struct deadline *deadline, const char *what);

#endif
