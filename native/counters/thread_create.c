/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "next_function.h"
#include "thread_slot.h"

#include <errno.h>
#include <pthread.h>

typedef int pthread_create_function(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                                    void *argument);

EXPORT pthread_create_function pthread_create;

CLUSTERED static pthread_create_function *next_create;

__attribute__((constructor)) static void find_next(void) {
    next_function_find("pthread_create", &next_create);
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
