/* Holds 3 blocks in main and 2 in each of argv[1] threads, 1 by default, that get their name late; says "ready", then
 * waits for the end of stdin. */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>

static pthread_barrier_t ready;

static void *work(void *argument) {
    EXPECT(malloc(page_prime) != NULL);
    pthread_setname_np(pthread_self(), "late-name");
    EXPECT(malloc(page_prime) != NULL);
    pthread_barrier_wait(&ready);
    pause();
    return argument;
}

int main(int argc, char **argv) {
    unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    void *blocks[] = {malloc(prime), malloc(prime), malloc(prime)};
    pthread_attr_t small;
    EXPECT(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, 1 << 16) == 0);
    pthread_barrier_init(&ready, NULL, count + 1);
    for (unsigned index = 0; index < count; index++) {
        pthread_t thread;
        EXPECT(blocks[2] != NULL && pthread_create(&thread, &small, work, NULL) == 0);
    }
    pthread_barrier_wait(&ready);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    char end;
    EXPECT(read(STDIN_FILENO, &end, 1) == 0);
    _exit(0);
}
