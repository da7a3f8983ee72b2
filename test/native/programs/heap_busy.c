/* As many threads as processors keep 500 blocks of 20,011 bytes each and allocate and free others as fast as they can.
 */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>
#include <sys/sysinfo.h>

enum { kept = 500, others = 256 };
static pthread_barrier_t barrier;

static void *work(void *argument) {
    static __thread char *block[others];
    unsigned random = 1;
    for (int index = 0; index < kept; index++)
        EXPECT(malloc(20011) != NULL);
    pthread_barrier_wait(&barrier);
    for (;; random = random * 1103515245 + 12345) {
        free(block[random >> 24]);
        EXPECT((block[random >> 24] = malloc(16 + (random >> 16) % 20000)) != NULL);
    }
    return argument;
}

int main(void) {
    pthread_t thread;
    pthread_barrier_init(&barrier, NULL, (unsigned)get_nprocs() + 1);
    for (int index = 0; index < get_nprocs(); index++)
        EXPECT(pthread_create(&thread, NULL, work, NULL) == 0);
    pthread_barrier_wait(&barrier);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        ;
    _exit(0);
}
