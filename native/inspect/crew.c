/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "crew.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>

static const uint64_t bytes_a_thread = UINT64_C(32) << 20; /* to begin a thread takes as long as to read half a MiB */

struct hand {
    void (*work)(void *member);
    void *member;
    int processor; /* of the thread that begins the others */
    pthread_t thread;
    bool has_thread;
};

size_t crew_size(uint64_t bytes) {
    cpu_set_t cpus;
    int count = sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
    size_t most = count < crew_limit ? (size_t)count : (size_t)crew_limit;
    return bytes / bytes_a_thread < most ? (size_t)(bytes / bytes_a_thread) + 1 : most;
}

/*
 * To another processor than that of the thread that began this one. The scheduler would find out by itself, and often
 * after the work is done.
 */
static void move_away(int processor) {
    cpu_set_t all;
    if (sched_getaffinity(0, sizeof all, &all) != 0 || processor < 0 || processor >= CPU_SETSIZE) {
        return;
    }
    cpu_set_t others = all;
    CPU_CLR(processor, &others);
    if (CPU_COUNT(&others) > 0 && sched_setaffinity(0, sizeof others, &others) == 0) {
        (void)sched_setaffinity(0, sizeof all, &all);
    }
}

static void *serve(void *argument) {
    struct hand *hand = argument;
    move_away(hand->processor);
    hand->work(hand->member);
    return NULL;
}

/* Signals of this process are for its other threads. */
static void begin(struct hand *hands, size_t count) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    if (count == 0 || pthread_sigmask(SIG_SETMASK, &all, &before) != 0) {
        return;
    }
    for (size_t index = 0; index < count; index++) {
        hands[index].has_thread = pthread_create(&hands[index].thread, NULL, serve, &hands[index]) == 0;
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void crew_run(void *members, size_t count, size_t member_bytes, void (*work)(void *member)) {
    struct hand hands[crew_limit];
    size_t others = count > crew_limit ? crew_limit - 1 : count - 1;
    int processor = sched_getcpu();
    for (size_t index = 0; index < others; index++) {
        unsigned char *member = (unsigned char *)members + (index + 1) * member_bytes;
        hands[index] = (struct hand){.work = work, .member = member, .processor = processor};
    }
    begin(hands, others);
    work(members);
    for (size_t index = 0; index < others; index++) {
        if (hands[index].has_thread) {
            pthread_join(hands[index].thread, NULL);
        }
    }
}
