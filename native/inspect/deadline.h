/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_DEADLINE_H
#define OFFHEAP_DEADLINE_H

/*
 * Until when an inspection may go on, and whether it was called off meanwhile. What it looks at may have been made to
 * take long, so every loop whose length the other process chooses asks. Its time is the processor time of its thread:
 * on a busy machine as much is read as on an idle one. A clock on the wall bounds it all the same.
 */

#include "verdict.h"

#include <stdbool.h>
#include <stdint.h>

/* Of a thread that has to share its core with three others, or has a quarter of one. */
enum { wall_factor = 4 };

/* Processor time of one thread, the one that asks. */
struct cpu_limit {
    uint64_t until_ns;     /* by CLOCK_THREAD_CPUTIME_ID */
    uint64_t next_look_ns; /* by monotonic_ns(); it is not over before, for no more is used than passes */
};

struct deadline {
    uint64_t until_ns;        /* by monotonic_ns() */
    const int32_t *cancelled; /* not 0: called off, by another thread; NULL: nobody can */
    struct cpu_limit *cpu;    /* NULL: none */
};

/* CLOCK_MONOTONIC. */
uint64_t monotonic_ns(void);

/* In so much processor time of the calling thread from now, or wall_factor times that; kept in *cpu. */
struct deadline deadline_in(uint64_t ms, const int32_t *cancelled, struct cpu_limit *cpu);

/* In so many percent of what is left of another one; kept in *cpu. */
struct deadline deadline_in_part(const struct deadline *whole, unsigned percent, struct cpu_limit *cpu);

/* Processor time that is left of it; 0: none, or it has no bound of it. Asked by the thread whose it is. */
uint64_t deadline_cpu_left(const struct deadline *deadline);

/*
 * The same deadline for another thread, which calls this: by the clock it is over at the same time, and `cpu_left_ns`
 * is of this thread's own processor time. Kept in *cpu.
 */
struct deadline deadline_of_thread(const struct deadline *whole, uint64_t cpu_left_ns, struct cpu_limit *cpu);

/* NULL is allowed: no deadline. */
bool deadline_is_over(const struct deadline *deadline);

/* The same, looked at for one of 1,024 calls: for loops whose rounds are shorter than a look at the clock. */
bool deadline_is_over_at(const struct deadline *deadline, uint64_t round);

/* How it ended when it is over: inspect_cancelled, or inspect_deadline while it did `what`; else inspect_ok. */
struct inspect_verdict deadline_verdict(const struct deadline *deadline, const char *what);

#endif
