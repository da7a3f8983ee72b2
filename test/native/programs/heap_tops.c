/* One free(31 MB) raises trim_threshold; then 8 threads free all they had: malloc_trim gives back nothing. */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>

enum { threads = 8, blocks = 9600, each = 4096 };
static pthread_barrier_t barrier;

static void *work(void *argument) {
    static __thread char *block[blocks];
    pthread_barrier_wait(&barrier); /* all at once, so that each has an arena of its own */
    for (int index = 0; index < blocks; index++)
        EXPECT((block[index] = malloc(each)) != NULL && memset(block[index], 1, each));
    for (int index = 0; index < blocks; index++)
        free(block[index]);
    pthread_barrier_wait(&barrier);
    return pause() == 0 ? NULL : argument;
}

int main(void) {
    pthread_t thread;
    free(malloc(31 << 20));
    pthread_barrier_init(&barrier, NULL, threads + 1);
    for (int index = 0; index < threads; index++)
        EXPECT(pthread_create(&thread, NULL, work, NULL) == 0);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        EXPECT(malloc_trim(0) >= 0 && write(STDOUT_FILENO, "trimmed\n", 8) == 8);
}
