/* SPDX-License-Identifier: MIT */
/* C11 7.22.3: the functions behave as though they accessed only memory reachable through their arguments. Threads. */
#include "rows.h"

#include <signal.h>
#include <time.h>

enum { thread_count = 8, passed_blocks = 5000, box_count = 64 };

struct passed {
    size_t size;
    unsigned seed;
    unsigned char bytes[];
};
static struct passed *_Atomic boxes[box_count];

/* Puts a block in a box and takes what lies there: most blocks are freed by another thread than had them. */
static void *pass(void *argument) {
    unsigned random = (unsigned)(uintptr_t)argument * 2654435761u + 1;
    for (unsigned index = 0; index < passed_blocks; index++) {
        random = random * 1664525 + 1013904223;
        size_t size = (random >> 8) % (index % 50 == 0 ? 60000 : 700);
        struct passed *mine = malloc(sizeof *mine + size);
        EXPECT(mine != NULL);
        mine->size = size;
        mine->seed = random;
        fill(mine->bytes, size, random);
        struct passed *taken = atomic_exchange(&boxes[random >> 26], mine);
        if (taken != NULL) {
            EXPECT(is_filled(taken->bytes, taken->size, taken->seed));
            free(taken);
        }
    }
    return NULL;
}

static void freed_by_others(void) {
    pthread_t threads[thread_count];
    for (uintptr_t index = 0; index < thread_count; index++) {
        EXPECT(pthread_create(&threads[index], NULL, pass, (void *)index) == 0);
    }
    for (unsigned index = 0; index < thread_count; index++) {
        EXPECT(pthread_join(threads[index], NULL) == 0);
    }
    for (unsigned index = 0; index < box_count; index++) {
        EXPECT(boxes[index] == NULL || is_filled(boxes[index]->bytes, boxes[index]->size, boxes[index]->seed));
        free(boxes[index]);
    }
}

static void *hand_over(void *argument) {
    (void)argument;
    void *block = malloc(5000);
    fill(block, 5000, 9);
    return block;
}

static void outlives_its_thread(void) {
    for (unsigned round = 0; round < 500; round++) {
        pthread_t thread;
        void *block;
        EXPECT(pthread_create(&thread, NULL, hand_over, NULL) == 0 && pthread_join(thread, &block) == 0);
        EXPECT((block = realloc(block, 6000)) != NULL && is_filled(block, 5000, 9));
        free(block);
    }
}

static pthread_key_t key;
static _Atomic unsigned destroyed;

/* Again and again, as often as PTHREAD_DESTRUCTOR_ITERATIONS allows: the allocator's own key is gone by then. */
static void destroy(void *block) {
    EXPECT(is_filled(block, 300, 2));
    free(block);
    void *next = malloc(300);
    fill(next, 300, 2);
    if (atomic_fetch_add(&destroyed, 1) % 4 < 3) {
        EXPECT(pthread_setspecific(key, next) == 0);
    } else {
        free(next);
    }
}

static void *leave(void *argument) {
    (void)argument;
    void *block = malloc(300);
    fill(block, 300, 2);
    EXPECT(pthread_setspecific(key, block) == 0);
    return NULL;
}

static void in_key_destructors(void) {
    NEEDS(!(CONFORMANCE_IS_SANITIZED && CONFORMANCE_IS_METER));
    EXPECT(pthread_key_create(&key, destroy) == 0);
    for (unsigned round = 0; round < 200; round++) {
        pthread_t thread;
        EXPECT(pthread_create(&thread, NULL, leave, NULL) == 0 && pthread_join(thread, NULL) == 0);
    }
    EXPECT(destroyed == 800);
}

static void release(void *block) {
    EXPECT(is_filled(block, 100, 3));
    free(block);
}

static atomic_bool is_waiting;

static void *wait_for_ever(void *argument) {
    void *block = malloc(100);
    fill(block, 100, 3);
    pthread_cleanup_push(release, block);
    atomic_store(&is_waiting, true);
    for (;;) {
        (void)pause(); /* a cancellation point; malloc and free are none */
    }
    pthread_cleanup_pop(1);
    return argument;
}

static void cancelled(void) {
    for (unsigned round = 0; round < 100; round++) {
        atomic_store(&is_waiting, false);
        pthread_t thread;
        EXPECT(pthread_create(&thread, NULL, wait_for_ever, NULL) == 0);
        while (!atomic_load(&is_waiting)) {
            (void)sched_yield();
        }
        EXPECT(pthread_cancel(thread) == 0 && pthread_join(thread, NULL) == 0);
    }
}

static volatile sig_atomic_t ticks;

static void on_tick(int number) {
    (void)number;
    ticks = ticks + 1;
}

/* On a stack of its own, as runtimes have it; every call is interrupted somewhere. */
static void interrupted(void) {
    static unsigned char stack[65536];
    EXPECT(sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL) == 0);
    EXPECT(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_tick, .sa_flags = SA_ONSTACK}, NULL) == 0);
    struct sigevent by_signal = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    timer_t timer;
    EXPECT(timer_create(CLOCK_MONOTONIC, &by_signal, &timer) == 0);
    EXPECT(timer_settime(timer, 0, &(struct itimerspec){{0, 100000}, {0, 100000}}, NULL) == 0);
    for (unsigned round = 0; ticks < 1000; round++) {
        size_t size = round * 61 % 200000;
        void *block = get_by(round % way_count, size);
        errno = 4242;
        EXPECT(block != NULL);
        fill(block, size < 500 ? size : 500, round);
        EXPECT((block = realloc(block, size + 1)) != NULL && is_filled(block, size < 500 ? size : 500, round));
        free(block);
        EXPECT(errno == 4242);
    }
    EXPECT(timer_delete(timer) == 0);
}

static const struct row list[] = {
    {"C11 7.22.3", "blocks that other threads free", freed_by_others},
    {"C11 7.22.3", "a block outlives the thread that had it", outlives_its_thread},
    {"POSIX pthread_key_create", "malloc and free in destructors of thread-specific data", in_key_destructors},
    {"POSIX 2.9.5", "malloc and free are no cancellation points; cleanup handlers free", cancelled},
    {"POSIX 2.4", "signals at any point, on another stack: blocks and errno stay", interrupted},
};
const struct rows rows_of_threads = {list, sizeof list / sizeof *list};
