/* SPDX-License-Identifier: MIT */
/* A thread that wakes each argv[1] milliseconds for argv[2] milliseconds, as the sampler's does, and reads nothing.
 * Prints its processor time in milliseconds: what a rate costs before anything is read. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const double ns_per_ms = 1e6;
static const double ms_per_s = 1e3;
static double interval_ms;
static double duration_ms;
static double used_ms;

static double clock_ms(clockid_t clock) {
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec * ms_per_s + (double)now.tv_nsec / ns_per_ms;
}

static void *run(void *unused) {
    (void)unused;
    struct sched_param lowest_real_time = {.sched_priority = 1};
    (void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &lowest_real_time);
    pthread_condattr_t attributes;
    pthread_cond_t wake;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&wake, &attributes);
    (void)pthread_mutex_lock(&mutex);
    double tick_ms = clock_ms(CLOCK_MONOTONIC);
    double end_ms = tick_ms + duration_ms;
    while (tick_ms < end_ms) {
        tick_ms += interval_ms;
        time_t seconds = (time_t)(tick_ms / ms_per_s);
        struct timespec tick = {seconds, (long)((tick_ms - (double)seconds * ms_per_s) * ns_per_ms)};
        while (pthread_cond_timedwait(&wake, &mutex, &tick) != ETIMEDOUT) {
        }
    }
    used_ms = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    (void)pthread_mutex_unlock(&mutex);
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t thread;
    if (argc != 3) {
        return 2;
    }
    interval_ms = strtod(argv[1], NULL);
    duration_ms = strtod(argv[2], NULL);
    if (pthread_create(&thread, NULL, run, NULL) != 0 || pthread_join(thread, NULL) != 0) {
        return 1;
    }
    printf("%.3f\n", used_ms);
    return 0;
}
