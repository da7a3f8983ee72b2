/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "next_function.h"
#include "thread_slot.h"

#include <errno.h>
#include <pthread.h>

typedef int pthread_key_create_function(pthread_key_t *key, void (*destructor)(void *));

EXPORT pthread_key_create_function pthread_key_create;

CLUSTERED static pthread_key_create_function *next_key_create;

__attribute__((constructor)) static void find_next(void) {
    next_function_find("pthread_key_create", &next_key_create);
}

/* A process has PTHREAD_KEYS_MAX keys. The program gets them all: the last one is that by which threads give their
 * slots back. */
int pthread_key_create(pthread_key_t *key, void (*destructor)(void *)) {
    if (unlikely(next_key_create == NULL)) {
        find_next();
    }
    int error = next_key_create != NULL ? next_key_create(key, destructor) : EAGAIN;
    return error == EAGAIN && thread_slots_give_key_up() ? next_key_create(key, destructor) : error;
}
