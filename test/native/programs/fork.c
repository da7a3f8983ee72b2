/* The child starts with the parent's live blocks and counts for itself. argv[1] other threads have allocated before,
 * and wait. */
#include "expect.h"
#include <pthread.h>
#include <sys/wait.h>

static pthread_barrier_t allocated;
static void *work(void *argument) {
    EXPECT(malloc(prime) != NULL);
    pthread_barrier_wait(&allocated);
    pause();
    return argument;
}

int main(int argc, char **argv) {
    unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    pthread_t thread;
    pthread_barrier_init(&allocated, NULL, count + 1);
    void *inherited = malloc(prime);
    for (unsigned index = 0; index < count; index++) {
        EXPECT(pthread_create(&thread, NULL, work, NULL) == 0);
    }
    pthread_barrier_wait(&allocated);
    if (fork() == 0) {
        free(inherited);
        _exit(malloc(page_prime) == NULL || malloc(page_prime) == NULL);
    }
    int status;
    EXPECT(wait(&status) > 0 && status == 0);
}
