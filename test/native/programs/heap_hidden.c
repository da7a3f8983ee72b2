/* heap_hidden THREADS: the main arena holds 8,192 free chunks of three pages each, with a live block between them,
 * which malloc_trim would give back: 64 MiB in whole pages. So many threads keep 1,009 blocks of up to 16,000 bytes
 * each, and free and allocate others as fast as they can. */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>

enum { hidden = 8192, hidden_bytes = 3 * 4096 - 24, kept = 1009 };
static pthread_barrier_t barrier;

static void *work(void *argument) {
    static __thread char *block[kept];
    unsigned random = 1;
    for (unsigned long round = 0;; round++) {
        unsigned at = (random = random * 1103515245 + 12345) / 65536 % kept;
        free(block[at]);
        EXPECT((block[at] = malloc(16 + (random = random * 1103515245 + 12345) / 65536 % 16000)) != NULL);
        block[at][0] = 1;
        if (round == 10000)
            pthread_barrier_wait(&barrier);
    }
    return argument;
}

int main(int count, char **arguments) {
    static char *block[hidden];
    unsigned threads = count > 1 ? (unsigned)atoi(arguments[1]) : 0;
    pthread_t thread;
    for (int index = 0; index < hidden; index++) {
        EXPECT((block[index] = malloc(hidden_bytes)) != NULL && malloc(1000) != NULL);
        memset(block[index], 1, hidden_bytes);
    }
    for (int index = 0; index < hidden; index++)
        free(block[index]);
    pthread_barrier_init(&barrier, NULL, threads + 1);
    for (unsigned index = 0; index < threads; index++)
        EXPECT(pthread_create(&thread, NULL, work, NULL) == 0);
    pthread_barrier_wait(&barrier);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        ;
    _exit(0);
}
