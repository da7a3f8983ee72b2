/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "next_function.h"
#include "thread_slot.h"

#include <errno.h>
#include <pthread.h>

/*
 * A process has PTHREAD_KEYS_MAX keys. The program gets them all: the last one is that by which threads give their
 * slots back. C11's tss_create() does not come by pthread_key_create(). __pthread_key_create() does not either, but its
 * name is looked at, by C++ libraries that ask whether there are threads, and not called.
 */

typedef int key_create_function(unsigned *key, void (*destructor)(void *));
_Static_assert(_Generic((pthread_key_t)0, unsigned: 1, default: 0), "a number, as tss_t is");

/* thrd_error of threads.h, which glibc has since 2.28: the same in musl. */
enum { no_tss_left = 2 };

EXPORT key_create_function pthread_key_create, tss_create;

CLUSTERED static key_create_function *next_pthread_key_create;
CLUSTERED static key_create_function *next_tss_create;

__attribute__((constructor)) static void find_next(void) {
    next_function_find("pthread_key_create", &next_pthread_key_create);
    next_function_find("tss_create", &next_tss_create);
}

static int create(key_create_function **next, int no_key_left, unsigned *key, void (*destructor)(void *)) {
    if (unlikely(*next == NULL)) {
        find_next();
    }
    if (unlikely(*next == NULL)) {
        return no_key_left;
    }
    int error = (*next)(key, destructor);
    return error == no_key_left && thread_slots_give_key_up() ? (*next)(key, destructor) : error;
}

int pthread_key_create(unsigned *key, void (*destructor)(void *)) {
    return create(&next_pthread_key_create, EAGAIN, key, destructor);
}

int tss_create(unsigned *key, void (*destructor)(void *)) {
    return create(&next_tss_create, no_tss_left, key, destructor);
}
