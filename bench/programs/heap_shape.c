/* SPDX-License-Identifier: MIT */
/*
 * heap_shape THREADS MIB SHAPE: each thread allocates MIB in the shape, says "ready" and waits for the end of stdin.
 * Without threads the first one does, whose is the main arena.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_barrier_t barrier;
static size_t bytes_each;
static const char *shape;

static size_t take(size_t size, void **block) {
    *block = malloc(size);
    if (*block == NULL) {
        abort();
    }
    memset(*block, 1, size);
    return size + 16;
}

static void inflaters(int keep_every) {
    enum { most = 1 << 16 };
    static __thread void *blocks[most][2];
    size_t count = 0;
    for (size_t got = 0; got < bytes_each && count < most; count++) {
        got += take(7160, &blocks[count][0]);
        got += take(32768, &blocks[count][1]);
    }
    for (size_t index = 0; keep_every != 0 && index < count; index++) {
        if (index % (size_t)keep_every != 0) {
            free(blocks[index][0]);
            free(blocks[index][1]);
        }
    }
}

static void sizes_to(size_t largest) {
    unsigned random = 1;
    void *block;
    for (size_t got = 0; got < bytes_each;) {
        random = random * 1103515245 + 12345;
        got += take(16 + (random >> 8) % largest, &block);
    }
}

static void allocate(void) {
    if (strcmp(shape, "live-inflaters") == 0) {
        inflaters(0);
    } else if (strcmp(shape, "freed-inflaters") == 0) {
        inflaters(100);
    } else {
        sizes_to((size_t)atol(shape));
    }
}

static void *work(void *argument) {
    pthread_barrier_wait(&barrier);
    allocate();
    pthread_barrier_wait(&barrier);
    pause();
    return argument;
}

int main(int count, char **arguments) {
    if (count != 4) {
        return 2;
    }
    int threads = atoi(arguments[1]);
    pthread_t thread;
    bytes_each = (size_t)atol(arguments[2]) << 20;
    shape = arguments[3];
    pthread_barrier_init(&barrier, NULL, (unsigned)threads + 1);
    for (int index = 0; index < threads; index++) {
        pthread_create(&thread, NULL, work, NULL);
    }
    if (threads == 0) {
        allocate();
    }
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    printf("ready\n");
    fflush(stdout);
    getchar();
    _exit(0);
}
