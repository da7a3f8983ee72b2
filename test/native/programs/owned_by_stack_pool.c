/* A second thread's stack is in the middle of 64 MiB whose ends hold the addresses of 211 and 307 blocks. */
#include "expect.h"
#include <pthread.h>

enum {
    pool_bytes = 64 << 20,
    stack_at = 40 << 20,
    stack_bytes = 1 << 20,
    at_start = 211,
    at_end = 307,
    on_stack = 401
};
static pthread_barrier_t are_made;

static void fill(void *volatile *blocks, int count, size_t bytes) {
    for (int index = 0; index < count; index++)
        EXPECT((blocks[index] = malloc(bytes)) != NULL && memset(blocks[index], 0, bytes) != NULL);
}

static void *work(void *argument) {
    void *volatile blocks[on_stack];
    fill(blocks, on_stack, 1900);
    pthread_barrier_wait(&are_made);
    pause();
    return argument != NULL ? blocks[0] : blocks[1];
}

int main(void) {
    pthread_t thread;
    pthread_attr_t in_pool;
    char *pool = mmap(NULL, pool_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(pool != MAP_FAILED && pthread_attr_init(&in_pool) == 0 && pthread_barrier_init(&are_made, NULL, 2) == 0);
    EXPECT(pthread_attr_setstack(&in_pool, pool + stack_at, stack_bytes) == 0);
    fill((void *volatile *)pool, at_start, 1000);
    fill((void *volatile *)(pool + pool_bytes - 4096), at_end, 1100);
    EXPECT(pthread_create(&thread, &in_pool, work, NULL) == 0);
    pthread_barrier_wait(&are_made);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6 && pause() == 0);
}
