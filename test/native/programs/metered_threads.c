/* 8 threads, each argv[1] rounds of known work, in which each frees what its neighbour allocated. Nothing is left. */
#include "expect.h"
#include <pthread.h>
static void *blocks[8][97];
static pthread_barrier_t together;
static size_t rounds;

static void *work(void *argument) {
    void **own = blocks[(size_t)argument], **neighbours = blocks[((size_t)argument + 1) % 8];
    for (size_t round = 0; round < rounds && pthread_barrier_wait(&together) <= 0; round++) {
        for (size_t i = 0; i < 97; i++) {
            void *block = i % 3 == 0 ? calloc(i, 61) : i % 3 == 1 ? malloc(i * 4099) : memalign(64, i);
            own[i] = i % 5 == 0 ? realloc(block, 1 + i * 37) : block;
        }
        pthread_barrier_wait(&together);
        for (size_t i = 0; i < 97; i++) {
            free(i % 7 == 0 ? realloc(neighbours[i], 5003) : neighbours[i]);
        }
    }
    pthread_barrier_wait(&together); /* mimalloc 3.0 says another size of an aligned block whose thread has ended */
    return NULL;
}

int main(int argc, char **argv) {
    rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    pthread_barrier_init(&together, NULL, 8);
    for (pthread_t thread, index = 0; index < 8; index++) {
        EXPECT(pthread_create(&thread, NULL, work, (void *)index) == 0);
    }
    pthread_exit(NULL); /* the process ends with the last thread */
}
