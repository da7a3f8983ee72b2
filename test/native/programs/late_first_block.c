/* The first block of the process is one that pthread_create takes; then two threads allocate, and live when it ends. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_barrier_t together;

static void *work(void *argument) {
    *(volatile char *)malloc(7160) = 1;
    pthread_barrier_wait(&together);
    for (;;) {
        pause();
    }
    return argument;
}

int main(void) {
    pthread_t threads[2];
    pthread_barrier_init(&together, NULL, 3);
    for (int index = 0; index < 2; index++) {
        if (pthread_create(&threads[index], NULL, work, NULL) != 0) {
            return 1;
        }
    }
    pthread_barrier_wait(&together);
    _exit(0);
}
