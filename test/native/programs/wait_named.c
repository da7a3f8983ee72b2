/* Holds 3 blocks in main and 2 in a thread that gets its name late; says "ready", then waits for the end of stdin. */
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

int main(void) {
    pthread_t thread;
    void *blocks[] = {malloc(prime), malloc(prime), malloc(prime)};
    pthread_barrier_init(&ready, NULL, 2);
    EXPECT(blocks[2] != NULL && pthread_create(&thread, NULL, work, NULL) == 0);
    pthread_barrier_wait(&ready);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    char end;
    EXPECT(read(STDIN_FILENO, &end, 1) == 0);
    _exit(0);
}
