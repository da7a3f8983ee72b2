/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "deadline.h"

#include <stddef.h>
#include <time.h>

enum { rounds_a_look = 1024 };
static const uint64_t ns_a_ms = 1000000;
/* Asking for the processor time is a system call; asking for the time is none. */
static const uint64_t shortest_look_ns = 100000;

static uint64_t read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

uint64_t monotonic_ns(void) {
    return read_clock(CLOCK_MONOTONIC);
}

struct deadline deadline_in(uint64_t ms, const int32_t *cancelled, struct cpu_limit *cpu) {
    *cpu = (struct cpu_limit){read_clock(CLOCK_THREAD_CPUTIME_ID) + ms * ns_a_ms, 0};
    return (struct deadline){monotonic_ns() + ms * wall_factor * ns_a_ms, cancelled, cpu};
}

static uint64_t part_of_rest(uint64_t now, uint64_t until, unsigned percent) {
    return until > now ? now + (until - now) / 100 * percent : now;
}

struct deadline deadline_in_part(const struct deadline *whole, unsigned percent, struct cpu_limit *cpu) {
    struct deadline part = {part_of_rest(monotonic_ns(), whole->until_ns, percent), whole->cancelled, NULL};
    if (whole->cpu != NULL) {
        *cpu = (struct cpu_limit){part_of_rest(read_clock(CLOCK_THREAD_CPUTIME_ID), whole->cpu->until_ns, percent), 0};
        part.cpu = cpu;
    }
    return part;
}

uint64_t deadline_cpu_left(const struct deadline *deadline) {
    uint64_t used = deadline->cpu == NULL ? 0 : read_clock(CLOCK_THREAD_CPUTIME_ID);
    return deadline->cpu != NULL && deadline->cpu->until_ns > used ? deadline->cpu->until_ns - used : 0;
}

struct deadline deadline_of_thread(const struct deadline *whole, uint64_t cpu_left_ns, struct cpu_limit *cpu) {
    *cpu = (struct cpu_limit){read_clock(CLOCK_THREAD_CPUTIME_ID) + cpu_left_ns, 0};
    return (struct deadline){whole->until_ns, whole->cancelled, whole->cpu == NULL ? NULL : cpu};
}

static bool is_cancelled(const struct deadline *deadline) {
    return deadline->cancelled != NULL && __atomic_load_n(deadline->cancelled, __ATOMIC_RELAXED) != 0;
}

static bool is_cpu_over(struct cpu_limit *cpu, uint64_t now) {
    if (cpu == NULL || now < cpu->next_look_ns) {
        return false;
    }
    uint64_t used = read_clock(CLOCK_THREAD_CPUTIME_ID);
    uint64_t left = cpu->until_ns > used ? cpu->until_ns - used : 0;
    cpu->next_look_ns = left == 0 ? 0 : now + (left > shortest_look_ns ? left : shortest_look_ns);
    return left == 0;
}

bool deadline_is_over(const struct deadline *deadline) {
    if (deadline == NULL) {
        return false;
    }
    uint64_t now = monotonic_ns();
    return is_cancelled(deadline) || now >= deadline->until_ns || is_cpu_over(deadline->cpu, now);
}

bool deadline_is_over_at(const struct deadline *deadline, uint64_t round) {
    return round % rounds_a_look == 0 && deadline_is_over(deadline);
}

struct inspect_verdict deadline_verdict(const struct deadline *deadline, const char *what) {
    struct inspect_verdict verdict = inspect_good();
    if (deadline_is_over(deadline)) {
        verdict.status = is_cancelled(deadline) ? inspect_cancelled : inspect_deadline;
        verdict.what = what;
    }
    return verdict;
}
