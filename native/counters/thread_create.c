/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "thread_slot.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

typedef int pthread_create_function(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                                    void *argument);

EXPORT pthread_create_function pthread_create;

CLUSTERED static pthread_create_function *next_create;

/* See thread_name.c: the same holds here. */
__attribute__((constructor)) static void find_next(void) {
    void *function = dlsym(RTLD_NEXT, "pthread_create");
    if (function == NULL) {
        (void)dlerror(); /* ours, not the program's */
    }
    memcpy(&next_create, &function, sizeof function);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    if (unlikely(next_create == NULL)) {
        find_next();
    }
    if (unlikely(next_create == NULL)) {
        return EAGAIN;
    }
    thread_slots_expect_one();
    int error = next_create(thread, attributes, start, argument);
    if (error != 0) {
        thread_slots_expect_one_less();
    }
    return error;
}
