/* SPDX-License-Identifier: MIT */
/*
 * heap_pointers THREADS MIB: each thread keeps MIB in blocks of 64 B to 1 KiB, of whose words one in eight points to
 * another of them and the others are random; says "ready" and waits for the end of stdin.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { smallest = 64, largest = 1024, pointer_every = 8, threads_most = 64 };
static pthread_barrier_t barrier;
static size_t bytes_each;
static uint64_t *volatile first[threads_most];

struct block {
    uint64_t *words;
    size_t count;
};

static uint64_t draw(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static void fill(const struct block *blocks, size_t count, uint64_t *state) {
    for (size_t index = 0; index < count; index++) {
        for (size_t word = 0; word < blocks[index].count; word++) {
            uint64_t random = draw(state);
            blocks[index].words[word] =
                word % pointer_every == 1 ? (uint64_t)(uintptr_t)blocks[(random >> 20) % count].words : random;
        }
        /* So that each is reached. */
        blocks[index].words[0] = index + 1 < count ? (uint64_t)(uintptr_t)blocks[index + 1].words : 0;
    }
}

static void *work(void *argument) {
    size_t number = (size_t)(uintptr_t)argument;
    uint64_t state = number * 2 + 1;
    size_t most = bytes_each / smallest;
    struct block *blocks =
        mmap(NULL, most * sizeof *blocks, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    size_t count = 0;
    for (size_t got = 0; got < bytes_each && count < most; count++) {
        size_t size = smallest + (size_t)(draw(&state) >> 20) % (largest - smallest + 1);
        blocks[count].words = malloc(size);
        blocks[count].count = size / sizeof(uint64_t);
        if (blocks[count].words == NULL) {
            abort();
        }
        got += size + 16;
    }
    fill(blocks, count, &state);
    first[number] = blocks[0].words;
    munmap(blocks, most * sizeof *blocks);
    pthread_barrier_wait(&barrier);
    pause();
    return NULL;
}

int main(int count, char **arguments) {
    size_t threads = count == 3 ? (size_t)atol(arguments[1]) : 0;
    pthread_t thread;
    if (threads == 0 || threads > threads_most) {
        return 2;
    }
    bytes_each = (size_t)atol(arguments[2]) << 20;
    pthread_barrier_init(&barrier, NULL, (unsigned)threads + 1);
    for (size_t index = 0; index < threads; index++) {
        pthread_create(&thread, NULL, work, (void *)(uintptr_t)index);
    }
    pthread_barrier_wait(&barrier);
    printf("ready\n");
    fflush(stdout);
    getchar();
    _exit(0);
}
