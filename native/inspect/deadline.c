/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "deadline.h"

#include <stddef.h>
#include <time.h>

enum { rounds_a_look = 1024 };

uint64_t monotonic_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

static bool is_cancelled(const struct deadline *deadline) {
    return deadline->cancelled != NULL && __atomic_load_n(deadline->cancelled, __ATOMIC_RELAXED) != 0;
}

bool deadline_is_over(const struct deadline *deadline) {
    return deadline != NULL && (is_cancelled(deadline) || monotonic_ns() >= deadline->until_ns);
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
