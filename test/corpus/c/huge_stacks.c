/* SPDX-License-Identifier: MIT */
/* Threads that once went 5 MiB deep in stacks with huge pages, and wrote little there. Since Linux 6.7 they have none
 * unless somebody asks for them. */
#include "ready.h"

#include <alloca.h>

enum { threads = 41, depth = 5 << 20, step = 1 << 20 };
static pthread_barrier_t barrier;

static void go_deep(void) {
    volatile char *deep = alloca(depth);
    for (int at = 0; at < depth; at += step)
        deep[at] = 1;
}

static void *work(void *argument) {
    pthread_attr_t attributes;
    void *stack;
    size_t bytes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0 ||
        pthread_attr_getstack(&attributes, &stack, &bytes) != 0 || madvise(stack, bytes, MADV_HUGEPAGE) != 0)
        exit(1);
    go_deep();
    pthread_barrier_wait(&barrier);
    return pause() == 0 ? NULL : argument;
}

int main(void) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_barrier_init(&barrier, NULL, threads + 1);
    if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstacksize(&attributes, 8 << 20) != 0)
        return 1;
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread, &attributes, work, NULL) != 0)
            return 1;
    pthread_barrier_wait(&barrier);
    return ready(0);
}
