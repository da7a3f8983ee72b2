/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a debugger is run on: threads that allocate all kinds of blocks, give them to each other and end cleanly. */

enum { threads = 4, blocks = 2000 };
static char *held[threads][blocks];
static size_t sums[threads];
static pthread_barrier_t filled;

static void *work(void *argument) {
    size_t own = (size_t)argument, next = (own + 1) % threads;
    for (size_t i = 0; i < blocks; i++) {
        size_t size = i * 37 % 5000 + 1;
        char *block = i % 3 == 0   ? calloc(1, size)
                      : i % 3 == 1 ? malloc(size)
                                   : aligned_alloc(64, (size + 63) / 64 * 64);
        held[own][i] = memset(block, (int)i, size);
    }
    pthread_barrier_wait(&filled);
    for (size_t i = 0; i < blocks; i++) {
        sums[own] += (unsigned char)held[next][i][0];
        free(realloc(held[next][i], i + 1));
    }
    return NULL;
}

__attribute__((noinline)) void checkpoint(size_t total) {
    printf("total %zu\n", total);
}

int main(void) {
    pthread_t started[threads];
    size_t total = 0;
    pthread_barrier_init(&filled, NULL, threads);
    for (size_t i = 0; i < threads; i++) {
        pthread_create(&started[i], NULL, work, (void *)i);
    }
    for (size_t i = 0; i < threads; i++) {
        pthread_join(started[i], NULL);
        total += sums[i];
    }
    checkpoint(total);
    return 0;
}
