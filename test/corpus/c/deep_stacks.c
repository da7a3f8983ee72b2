/* SPDX-License-Identifier: MIT */
/* 1,009 threads that once needed 200 KB of their stacks each. */
#include "ready.h"

enum { threads = 1009, depth_bytes = 200000 };

static void *work(void *barrier) {
    volatile char deep[depth_bytes];
    for (size_t at = 0; at < sizeof deep; at += 4096)
        deep[at] = 1;
    pthread_barrier_wait(barrier);
    return pause(), NULL;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, threads + 1);
    for (int i = 0; i < threads; i++) {
        if (pthread_create(&thread, NULL, work, &barrier) != 0)
            return 1;
    }
    pthread_barrier_wait(&barrier);
    return ready((size_t)threads * depth_bytes);
}
