/*
 * aligned_heap: with hugetlb=2 heaps are of 8 MiB. The first of the one arena begins on a multiple of 64 MiB, as one
 * in eight does, and others follow. Keeps 3,001 blocks of 4,999 bytes; says "ready".
 */
#define _GNU_SOURCE
#include "expect.h"
#include <pthread.h>

enum {
    blocks = 3001,
    each = 4999,
    heap_bytes = 8 << 20,
    usual_heap_bytes = 64 << 20,
    tries = 64,
    stack_bytes = 1 << 20
};
static char stack[stack_bytes] __attribute__((aligned(4096)));
static pthread_barrier_t barrier;

static void *work(void *argument) {
    EXPECT(((uintptr_t)malloc(each) & (usual_heap_bytes - 1) & ~(uintptr_t)(heap_bytes - 1)) == 0);
    for (int index = 1; index < blocks; index++)
        EXPECT(memset(malloc(each), 1, each) != NULL);
    pthread_barrier_wait(&barrier);
    return pause() == 0 ? NULL : argument;
}

/* Where new_heap would put the next heap: it maps two and keeps what is aligned (malloc/arena.c). */
static uintptr_t next_heap(void) {
    char *two = mmap(NULL, 2 * heap_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(two != MAP_FAILED && munmap(two, 2 * heap_bytes) == 0);
    return ((uintptr_t)two + heap_bytes - 1) & ~(uintptr_t)(heap_bytes - 1);
}

int main(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    EXPECT(pthread_attr_init(&attributes) == 0 && pthread_attr_setstack(&attributes, stack, stack_bytes) == 0);
    pthread_barrier_init(&barrier, NULL, 2);
    EXPECT(malloc(1) != NULL); /* the main arena's memory is by mmap as well */
    for (int left = tries; next_heap() % usual_heap_bytes != 0; left--)
        EXPECT(left > 0 && mmap(NULL, heap_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    EXPECT(pthread_create(&thread, &attributes, work, NULL) == 0);
    pthread_barrier_wait(&barrier);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        ;
}
