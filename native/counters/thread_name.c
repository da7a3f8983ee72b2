/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "thread_slot.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

EXPORT int pthread_setname_np(pthread_t thread, const char *name);

/*
 * A thread that names itself is how the names of a JVM's threads come into the page: asking the kernel for a name is a
 * system call, which a thread of a sandbox may not make. A living thread's name is its reader's to look up.
 */
int pthread_setname_np(pthread_t thread, const char *name) {
    int (*next)(pthread_t, const char *);
    void *function = dlsym(RTLD_NEXT, "pthread_setname_np");
    if (function == NULL) {
        return ENOSYS;
    }
    memcpy(&next, &function, sizeof function);
    int error = next(thread, name);
    if (error == 0 && pthread_equal(thread, pthread_self())) {
        thread_slot_name(name);
    }
    return error;
}
