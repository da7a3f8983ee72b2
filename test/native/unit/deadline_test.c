/* SPDX-License-Identifier: MIT */
#include "check.h"
#include "deadline.h"

#include <string.h>
#include <time.h>

static const uint64_t ns_a_ms = 1000000;
static uint64_t wall_ns = 5000000000;
static uint64_t cpu_ns = 3000000000;
static unsigned cpu_looks;

/* Instead of libc's: time passes when a test says so. */
int clock_gettime(clockid_t clock, struct timespec *time) {
    uint64_t now = clock == CLOCK_THREAD_CPUTIME_ID ? cpu_ns : wall_ns;
    cpu_looks += clock == CLOCK_THREAD_CPUTIME_ID;
    time->tv_sec = (time_t)(now / 1000000000);
    time->tv_nsec = (long)(now % 1000000000);
    return 0;
}

/* The thread has so many percent of a core. */
static void pass(uint64_t ms, unsigned percent) {
    wall_ns += ms * ns_a_ms;
    cpu_ns += ms * ns_a_ms * percent / 100;
}

/* How long it takes until it is over, asked each millisecond. */
static uint64_t length_ms(const struct deadline *deadline, unsigned percent) {
    uint64_t start = wall_ns;
    while (!deadline_is_over(deadline)) {
        pass(1, percent);
    }
    return (wall_ns - start) / ns_a_ms;
}

static void test_processor_time(void) {
    static const struct {
        unsigned percent;
        uint64_t ms;
    } cases[] = {{100, 113}, {50, 226}, {25, 452}, {10, 452}, {0, 452}};
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        struct cpu_limit cpu;
        struct deadline deadline = deadline_in(113, NULL, &cpu);
        CHECK(length_ms(&deadline, cases[index].percent) == cases[index].ms);
        CHECK(deadline_is_over(&deadline));
        CHECK(deadline_verdict(&deadline, "a test").status == inspect_deadline);
    }
}

static void test_part(void) {
    struct cpu_limit whole_cpu;
    struct cpu_limit cpu;
    struct deadline whole = deadline_in(200, NULL, &whole_cpu);
    pass(100, 100);
    struct deadline part = deadline_in_part(&whole, 70, &cpu);
    CHECK(length_ms(&part, 100) == 70 && !deadline_is_over(&whole));
    CHECK(length_ms(&whole, 100) == 30);
    part = deadline_in_part(&whole, 70, &cpu);
    CHECK(deadline_is_over(&part));
    struct deadline by_wall = {.until_ns = wall_ns + 100 * ns_a_ms};
    part = deadline_in_part(&by_wall, 25, &cpu);
    CHECK(part.cpu == NULL && length_ms(&part, 0) == 25);
}

/* It is a system call: not more than can be needed, however often the deadline is asked. */
static void test_looks(void) {
    struct cpu_limit cpu;
    struct deadline deadline = deadline_in(1000, NULL, &cpu);
    cpu_looks = 0;
    CHECK(length_ms(&deadline, 100) == 1000 && cpu_looks == 2);
    deadline = deadline_in(1000, NULL, &cpu);
    cpu_looks = 0;
    CHECK(length_ms(&deadline, 50) == 2000 && cpu_looks < 15);
}

static void test_cancelled(void) {
    struct cpu_limit cpu;
    int32_t cancelled = 0;
    struct deadline deadline = deadline_in(1000, &cancelled, &cpu);
    struct deadline part = deadline_in_part(&deadline, 50, &cpu);
    CHECK(!deadline_is_over(&deadline) && !deadline_is_over(&part) && !deadline_is_over(NULL));
    cancelled = 1;
    CHECK(deadline_is_over(&part) && deadline_verdict(&deadline, "a test").status == inspect_cancelled);
}

int main(void) {
    test_processor_time();
    test_part();
    test_looks();
    test_cancelled();
    return 0;
}
