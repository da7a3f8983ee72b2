/* 4 threads allocate 60,000 blocks of up to 300 bytes and free 9 of 10 in random order; malloc_trim for each byte of
 * stdin. */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>

enum { threads = 4, blocks = 60000, largest = 300 };
static pthread_barrier_t barrier;

static void *work(void *argument) {
    static __thread char *block[blocks];
    unsigned random = 1;
    for (int index = 0; index < blocks; index++, random = random * 1103515245 + 12345)
        EXPECT((block[index] = malloc(8 + (random >> 8) % largest)) != NULL);
    for (int index = 0; index < blocks * 9 / 10; random = random * 1103515245 + 12345, index++) {
        int other = index + (int)(random >> 8) % (blocks - index);
        free(block[other]);
        block[other] = block[index];
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
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        EXPECT(malloc_trim(0) >= 0 && write(STDOUT_FILENO, "trimmed\n", 8) == 8);
}
