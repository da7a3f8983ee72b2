/* SPDX-License-Identifier: MIT */
/* The free of one large block has raised the trim threshold to twice its size: the tops of all arenas stay, and
 * malloc_trim gives back nothing. */
#include "ready.h"

enum { threads = 8, blocks = 499, block = 40009, large = 31 << 20 };

static void *work(void *barrier) {
    char *own[blocks];
    for (int i = 0; i < blocks; i++)
        own[i] = touched(block);
    pthread_barrier_wait(barrier);
    for (int i = 0; i < blocks; i++)
        free(own[i]);
    pthread_barrier_wait(barrier);
    return pause(), NULL;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_t barrier;
    free(touched(large));
    pthread_barrier_init(&barrier, NULL, threads + 1);
    for (int i = 0; i < threads; i++)
        pthread_create(&thread, NULL, work, &barrier);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return ready((size_t)threads * blocks * block);
}
