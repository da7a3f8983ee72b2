/* 8 threads, each argv[1] rounds of known work, in which each frees what its neighbour allocated. Nothing is left. */
#include "expect.h"
#include <pthread.h>

enum { thread_count = 8, block_count = 97 };
static void *blocks[thread_count][block_count];
static pthread_barrier_t together;
static size_t rounds;

static void *work(void *argument) {
    size_t self = (size_t)argument, neighbour = (self + 1) % thread_count;
    pthread_barrier_wait(&together);
    for (size_t round = 0; round < rounds; round++) {
        for (size_t index = 0; index < block_count; index++) {
            void *block = index % 3 == 0   ? calloc(index, 61)
                          : index % 3 == 1 ? malloc(index * 4099)
                                           : memalign(64, index);
            blocks[self][index] = index % 5 == 0 ? realloc(block, 1 + index * 37) : block;
        }
        pthread_barrier_wait(&together);
        for (size_t index = 0; index < block_count; index++) {
            free(index % 7 == 0 ? realloc(blocks[neighbour][index], 5003) : blocks[neighbour][index]);
        }
        pthread_barrier_wait(&together);
    }
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t threads[thread_count];
    rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    pthread_barrier_init(&together, NULL, thread_count);
    for (size_t index = 0; index < thread_count; index++) {
        EXPECT(pthread_create(&threads[index], NULL, work, (void *)index) == 0);
    }
    for (size_t index = 0; index < thread_count; index++) {
        pthread_join(threads[index], NULL);
    }
}
