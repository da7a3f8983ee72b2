/* 7 threads keep 300,007 blocks each, the smallest that there are; says "ready". */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>

enum { threads = 7, blocks = 300007, each = 24 };
static pthread_barrier_t barrier;

static void *work(void *argument) {
    for (int index = 0; index < blocks; index++) {
        char *volatile block = malloc(each);
        EXPECT(block != NULL);
        block[0] = 1;
    }
    pthread_barrier_wait(&barrier);
    return pause() == 0 ? NULL : argument;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&barrier, NULL, threads + 1);
    for (int index = 0; index < threads; index++)
        EXPECT(pthread_create(&thread, NULL, work, NULL) == 0);
    pthread_barrier_wait(&barrier);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    return pause();
}
