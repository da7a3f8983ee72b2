/* argv[1] threads, each with a block of 2,000 bytes that only its stack knows of. */
#include "expect.h"
#include <pthread.h>
#include <sys/prctl.h>

static pthread_barrier_t are_made;

static void *work(void *argument) {
    char name[16];
    snprintf(name, sizeof name, "worker-%ld", (long)(intptr_t)argument);
    prctl(PR_SET_NAME, name);
    void *volatile block = malloc(2000);
    EXPECT(block != NULL && memset(block, 0, 2000) != NULL);
    pthread_barrier_wait(&are_made);
    pause();
    return block;
}

int main(int count, char **arguments) {
    long threads = count > 1 ? strtol(arguments[1], NULL, 10) : 1;
    pthread_t thread;
    pthread_attr_t small;
    EXPECT(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, 1 << 16) == 0);
    EXPECT(pthread_barrier_init(&are_made, NULL, (unsigned)threads + 1) == 0);
    for (long index = 0; index < threads; index++)
        EXPECT(pthread_create(&thread, &small, work, (void *)(intptr_t)index) == 0);
    pthread_barrier_wait(&are_made);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6 && pause() == 0);
}
