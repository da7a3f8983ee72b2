/* 16 threads allocate, and each frees what its neighbour has allocated. One block of each thread stays. */
#include "expect.h"
#include <pthread.h>

enum { thread_count = 16, block_count = 500 };
static void *blocks[thread_count][block_count];
static pthread_barrier_t all_allocated;

static void *work(void *argument) {
    size_t self = (size_t)argument;
    for (size_t index = 0; index < block_count; index++) {
        blocks[self][index] = malloc(page_prime);
    }
    pthread_barrier_wait(&all_allocated);
    for (size_t index = 1; index < block_count; index++) {
        free(blocks[(self + 1) % thread_count][index]);
    }
    return NULL;
}

int main(void) {
    pthread_t threads[thread_count];
    pthread_barrier_init(&all_allocated, NULL, thread_count);
    for (size_t index = 0; index < thread_count; index++) {
        EXPECT(pthread_create(&threads[index], NULL, work, (void *)index) == 0);
    }
    for (size_t index = 0; index < thread_count; index++) {
        pthread_join(threads[index], NULL);
    }
}
