/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * pairs THREADS BATCH DEPTH MILLISECONDS: what a pair of malloc and free costs. BATCH 1 frees each block at once; a
 * larger BATCH keeps so many live, and frees them in the order in which they came. DEPTH frames of calls are on the
 * stack, which matters to who walks it. Sizes are 16 to 1,039 bytes, random, the
 * same at each run. Every thread goes on until it has used MILLISECONDS of processor time. Prints nanoseconds a pair:
 * processor time of the thread, mean of all, and wall time of the same.
 */

enum { size_count = 4096, pairs_between_looks = 8000, most_threads = 64, largest_batch = 4000, tries_to_warm_up = 2 };

struct work {
    pthread_t thread;
    unsigned seed;
    double cpu_ns;
    double wall_ns;
};

static pthread_barrier_t together;
static size_t batch;
static size_t stack_depth;
static int64_t budget_ns;

static int64_t now_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void touch(char *block) {
    if (block == NULL) {
        abort();
    }
    *(volatile char *)block = 1;
}

static void allocate_and_free(const uint16_t *sizes) {
    char *blocks[largest_batch];
    for (unsigned done = 0; done < pairs_between_looks; done += (unsigned)batch) {
        if (batch == 1) {
            char *block = malloc(sizes[done % size_count]);
            touch(block);
            free(block);
            continue;
        }
        for (size_t index = 0; index < batch; index++) {
            blocks[index] = malloc(sizes[(done + index) % size_count]);
            touch(blocks[index]);
        }
        for (size_t index = 0; index < batch; index++) {
            free(blocks[index]);
        }
    }
}

static void measure(struct work *work, const uint16_t *sizes) {
    int64_t pairs = 0;
    int64_t wall = now_ns(CLOCK_MONOTONIC);
    int64_t cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
    int64_t used;
    do {
        allocate_and_free(sizes);
        pairs += pairs_between_looks;
        used = now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
    } while (used < budget_ns);
    work->cpu_ns = (double)used / (double)pairs;
    work->wall_ns = (double)(now_ns(CLOCK_MONOTONIC) - wall) / (double)pairs;
}

static __attribute__((noinline)) void measure_at_depth(struct work *work, const uint16_t *sizes, size_t depth) {
    if (depth == 0) {
        measure(work, sizes);
    } else {
        measure_at_depth(work, sizes, depth - 1);
    }
    __asm__ volatile("" ::: "memory"); /* or the call above becomes a loop */
}

static void *run(void *argument) {
    struct work *work = argument;
    uint16_t sizes[size_count];
    uint32_t random = work->seed;
    for (unsigned index = 0; index < size_count; index++) {
        random = random * 1664525 + 1013904223;
        sizes[index] = (uint16_t)(16 + (random >> 16) % 1024);
    }
    for (unsigned again = 0; again < tries_to_warm_up; again++) {
        allocate_and_free(sizes);
    }
    pthread_barrier_wait(&together);
    measure_at_depth(work, sizes, stack_depth);
    return NULL;
}

int main(int argc, char **argv) {
    static struct work works[most_threads];
    size_t threads = argc == 5 ? strtoul(argv[1], NULL, 10) : 0;
    batch = argc == 5 ? strtoul(argv[2], NULL, 10) : 0;
    if (threads == 0 || threads > most_threads || batch == 0 || pairs_between_looks % batch != 0 ||
        batch > largest_batch) {
        fprintf(stderr, "usage: pairs THREADS BATCH DEPTH MILLISECONDS; BATCH divides %d\n", pairs_between_looks);
        return 2;
    }
    stack_depth = strtoul(argv[3], NULL, 10);
    budget_ns = (int64_t)strtoul(argv[4], NULL, 10) * 1000000;
    pthread_barrier_init(&together, NULL, (unsigned)threads);
    double cpu_ns = 0;
    double wall_ns = 0;
    for (size_t index = 0; index < threads; index++) {
        works[index].seed = (unsigned)index + 1;
        if (pthread_create(&works[index].thread, NULL, run, &works[index]) != 0) {
            return 1;
        }
    }
    for (size_t index = 0; index < threads; index++) {
        pthread_join(works[index].thread, NULL);
        cpu_ns += works[index].cpu_ns / (double)threads;
        wall_ns += works[index].wall_ns / (double)threads;
    }
    printf("%.4f %.4f\n", cpu_ns, wall_ns);
    return 0;
}
