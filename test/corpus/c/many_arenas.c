/* SPDX-License-Identifier: MIT */
/* As many arenas as threads, as on a host of many cores: each keeps what its thread has freed. */
#include "ready.h"

enum { threads = 48, blocks = 97, block = 40009 }; /* 4 MB in each: 186 MB */

static void *work(void *barrier) {
    char *own[blocks];
    for (int i = 0; i < blocks; i++)
        own[i] = touched(block);
    pthread_barrier_wait(barrier);
    for (int i = 0; i < blocks - 1; i++)
        free(own[i]);
    pthread_barrier_wait(barrier);
    return pause(), own[blocks - 1];
}

int main(void) {
    pthread_t thread;
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, threads + 1);
    for (int i = 0; i < threads; i++)
        pthread_create(&thread, NULL, work, &barrier);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return ready((size_t)threads * (blocks - 1) * block);
}
