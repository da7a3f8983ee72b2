/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "sampler.h"

#include "counter_file.h"
#include "memory_source.h"
#include "sample_ring.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Between two readings of smaps pass so many times the processor time that one took: they take 1.5 ‰ of a core at most.
 */
static const double detail_rest_factor = 700;
static const double ns_per_ms = 1e6;
static const double ms_per_s = 1e3;

struct sampler {
    struct sampler_options options;
    struct memory_source source;
    double detail_due_ms;
    double smaps_due_ms; /* among the details */
    pthread_t thread;
    bool is_joined;
    /* Asked by who wants to know: the sampling thread would ask at each sample. */
    clockid_t cpu_clock;

    /* Guards what follows, and is_stopping's waking. Held by the sampling thread except while it waits. */
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool is_stopping;
    bool is_over; /* status.cpu_ms is the thread's last word */
    struct counter_file counters;
    unsigned live_cell;
    struct address_range ranges[sampler_max_ranges];
    size_t range_count;
    struct sampler_status status;

    struct sample_ring ring;
};

static double clock_ms(clockid_t clock) {
    struct timespec now;
    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec * ms_per_s + (double)now.tv_nsec / ns_per_ms;
}

static double live_bytes(const struct sampler *sampler) {
    int64_t live = 0;
    if (sampler->counters.page == NULL) {
        return NAN;
    }
    enum counter_status status = counter_file_cell(&sampler->counters, sampler->live_cell, &live).status;
    return status == counter_ok || status == counter_unsettled ? (double)live : NAN;
}

static void read_details(struct sampler *sampler, struct sample *sample) {
    double now_ms = clock_ms(CLOCK_MONOTONIC);
    if (now_ms < sampler->detail_due_ms) {
        return;
    }
    sampler->detail_due_ms = now_ms + sampler->options.detail_interval_ms;
    memory_source_add_cgroup(&sampler->source, sample);
    if (now_ms < sampler->smaps_due_ms) {
        return;
    }
    double begun_cpu_ms = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    memory_source_add_details(&sampler->source, sampler->ranges, sampler->range_count, sample);
    sampler->smaps_due_ms = now_ms + (clock_ms(CLOCK_THREAD_CPUTIME_ID) - begun_cpu_ms) * detail_rest_factor;
}

/* False when the process has ended. */
static bool take_sample(struct sampler *sampler) {
    struct sample sample = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    uint64_t rss_bytes = 0;
    bool is_alive = memory_source_read_rss(&sampler->source, &rss_bytes);
    sample.at_ms = clock_ms(CLOCK_MONOTONIC) - sampler->options.origin_ms;
    if (is_alive) {
        double known_hugetlb_bytes = (double)sampler->source.hugetlb_bytes;
        read_details(sampler, &sample);
        sample.rss_bytes = (double)rss_bytes + (double)sampler->source.hugetlb_bytes - known_hugetlb_bytes;
    } else {
        sampler->status.has_ended = true;
        sampler->status.ended_at_ms = sample.at_ms;
    }
    sample.live_bytes = live_bytes(sampler);
    /* A process that is gone has no RSS; what it had allocated when it went is the last sample. */
    if (is_alive || !isnan(sample.live_bytes)) {
        sample_ring_put(&sampler->ring, &sample);
    }
    return is_alive;
}

/* Waits until the next tick or the stop. Ticks that have passed are left out, not made up for: the gap shows in the
 * times. */
static void wait_for_tick(struct sampler *sampler, double *tick_ms) {
    double now_ms = clock_ms(CLOCK_MONOTONIC);
    double interval_ms = sampler->options.interval_ms;
    *tick_ms += interval_ms * fmax(1, ceil((now_ms - *tick_ms) / interval_ms));
    double seconds = floor(*tick_ms / ms_per_s);
    struct timespec tick = {(time_t)seconds, (long)((*tick_ms - seconds * ms_per_s) * ns_per_ms)};
    while (!sampler->is_stopping && pthread_cond_timedwait(&sampler->wake, &sampler->mutex, &tick) != ETIMEDOUT) {
    }
}

static void *run(void *argument) {
    struct sampler *sampler = argument;
    (void)pthread_setname_np(pthread_self(), "offheap-sampler");
    /* A burst on every core must not hide itself by keeping its observer off them. Without the right to this it stays
     * as it is, and gaps are told. */
    struct sched_param lowest_real_time = {.sched_priority = 1};
    (void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &lowest_real_time);
    double tick_ms = clock_ms(CLOCK_MONOTONIC);
    (void)pthread_mutex_lock(&sampler->mutex);
    while (!sampler->is_stopping && take_sample(sampler)) {
        wait_for_tick(sampler, &tick_ms);
    }
    sampler->status.cpu_ms = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    sampler->is_over = true;
    (void)pthread_mutex_unlock(&sampler->mutex);
    return NULL;
}

/* Signals are for the threads that expect them. SIGBUS from the counter page is raised in the thread that read it. */
static int start_thread(struct sampler *sampler) {
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)sigdelset(&all, SIGBUS);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&sampler->thread, NULL, run, sampler);
    if (error == 0) {
        (void)pthread_getcpuclockid(sampler->thread, &sampler->cpu_clock);
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static void initialise_waiting(struct sampler *sampler) {
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&sampler->wake, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&sampler->mutex, NULL);
}

static void release(struct sampler *sampler) {
    memory_source_close(&sampler->source);
    if (sampler->counters.page != NULL) {
        counter_file_close(&sampler->counters);
    }
    (void)pthread_cond_destroy(&sampler->wake);
    (void)pthread_mutex_destroy(&sampler->mutex);
    free(sampler);
}

struct sampler *sampler_start(const struct sampler_options *options) {
    /* Cleared: the ring's pages become resident only when they are used. */
    struct sampler *sampler = NULL;
    if (posix_memalign((void **)&sampler, _Alignof(struct sampler), sizeof *sampler) != 0) {
        errno = ENOMEM;
        return NULL;
    }
    memset(sampler, 0, offsetof(struct sampler, ring.samples));
    sampler->options = *options;
    sampler->options.cgroup_file = NULL;
    sampler->status.ended_at_ms = NAN;
    int error = memory_source_open(&sampler->source, options->pid, options->cgroup_file) ? 0 : errno;
    initialise_waiting(sampler);
    if (error == 0) {
        error = start_thread(sampler);
    }
    if (error != 0) {
        release(sampler);
        errno = error;
        return NULL;
    }
    return sampler;
}

bool sampler_watch_counters(struct sampler *sampler, const char *path, unsigned cell) {
    struct counter_file file = {NULL, 0};
    struct counter_info info;
    if (sampler->counters.page != NULL || counter_file_open(path, &file, &info).status != counter_ok) {
        return false;
    }
    (void)pthread_mutex_lock(&sampler->mutex);
    sampler->counters = file;
    sampler->live_cell = cell;
    (void)pthread_mutex_unlock(&sampler->mutex);
    return true;
}

bool sampler_watch_ranges(struct sampler *sampler, const struct address_range *ranges, size_t count) {
    if (count > sampler_max_ranges) {
        return false;
    }
    (void)pthread_mutex_lock(&sampler->mutex);
    memcpy(sampler->ranges, ranges, count * sizeof *ranges);
    sampler->range_count = count;
    (void)pthread_mutex_unlock(&sampler->mutex);
    return true;
}

size_t sampler_drain(struct sampler *sampler, struct sample *to, size_t count) {
    return sample_ring_drain(&sampler->ring, to, count);
}

void sampler_read_status(struct sampler *sampler, struct sampler_status *status) {
    (void)pthread_mutex_lock(&sampler->mutex);
    *status = sampler->status;
    if (!sampler->is_over) {
        status->cpu_ms = clock_ms(sampler->cpu_clock);
    }
    (void)pthread_mutex_unlock(&sampler->mutex);
    status->dropped = atomic_load_explicit(&sampler->ring.dropped, memory_order_relaxed);
}

void sampler_stop(struct sampler *sampler) {
    if (sampler->is_joined) {
        return;
    }
    (void)pthread_mutex_lock(&sampler->mutex);
    sampler->is_stopping = true;
    (void)pthread_cond_signal(&sampler->wake);
    (void)pthread_mutex_unlock(&sampler->mutex);
    (void)pthread_join(sampler->thread, NULL);
    sampler->is_joined = true;
}

void sampler_free(struct sampler *sampler) {
    sampler_stop(sampler);
    release(sampler);
}
