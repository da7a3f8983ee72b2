/* 5 threads keep 300 of 3,000 blocks each; says "ready", then calls malloc_trim for each byte of stdin. */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>

enum { threads = 5, blocks = 3000, each = 4999 };
static pthread_barrier_t barrier;

static void *work(void *argument) {
    static __thread char *block[blocks];
    for (int index = 0; index < blocks; index++)
        EXPECT((block[index] = malloc(each)) != NULL && memset(block[index], 1, each));
    for (int index = 0; index < blocks; index++)
        if (index % 10 != 0)
            free(block[index]);
    pthread_barrier_wait(&barrier);
    return pause() == 0 ? NULL : argument;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&barrier, NULL, threads + 1);
    for (int index = 0; index < threads; index++)
        EXPECT(pthread_create(&thread, NULL, work, NULL) == 0);
    pthread_barrier_wait(&barrier);
    char *mapped = malloc(prime);
    EXPECT(mapped != NULL && mapped[0] == 0 && write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        EXPECT(malloc_trim(0) >= 0 && write(STDOUT_FILENO, "trimmed\n", 8) == 8);
}
