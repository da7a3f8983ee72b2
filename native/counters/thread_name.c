/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "thread_slot.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

EXPORT int pthread_setname_np(pthread_t thread, const char *name);

CLUSTERED static int (*next_setname)(pthread_t thread, const char *name);

/* At the start, for the stack's sake. It is not found there where libpthread is a library of its own that comes later.
 */
__attribute__((constructor)) static void find_next(void) {
    void *function = dlsym(RTLD_NEXT, "pthread_setname_np");
    if (function == NULL) {
        (void)dlerror(); /* ours, not the program's */
    }
    memcpy(&next_setname, &function, sizeof function);
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
