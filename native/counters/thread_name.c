/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "next_function.h"
#include "thread_slot.h"

#include <errno.h>
#include <pthread.h>

EXPORT int pthread_setname_np(pthread_t thread, const char *name);

CLUSTERED static int (*next_setname)(pthread_t thread, const char *name);

__attribute__((constructor)) static void find_next(void) {
    next_function_find("pthread_setname_np", &next_setname);
}

/*
 * A thread that names itself is how the names of a JVM's threads come into the page: asking the kernel for a name is a
 * system call, which a thread of a sandbox may not make. A living thread's name is its reader's to look up.
 */
int pthread_setname_np(pthread_t thread, const char *name) {
    if (unlikely(next_setname == NULL)) {
        find_next();
    }
    int error = next_setname != NULL ? next_setname(thread, name) : ENOSYS;
    if (error == 0 && pthread_equal(thread, pthread_self())) {
        thread_slot_name(name);
    }
    return error;
}
