/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "fault_guard.h"

#include "compiler.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>

struct guarded_range {
    sigjmp_buf escape;
    uintptr_t start;
    size_t bytes;
};

/*
 * What this thread is reading. The handler must not be the one that allocates thread-local storage: glibc does so at
 * the first access, unless it is initial-exec. musl does it when the addon is loaded, for all threads, and loads none
 * with initial-exec (ldso/dynlink.c).
 */
#ifdef __GLIBC__
#define HANDLER_LOCAL THREAD_LOCAL
#else
#define HANDLER_LOCAL _Thread_local
#endif
static HANDLER_LOCAL struct guarded_range *volatile guarded;

static struct sigaction previous;
static bool installed;

static void pass_on(int signal_number, siginfo_t *info, void *context) {
    if ((previous.sa_flags & SA_SIGINFO) != 0) {
        previous.sa_sigaction(signal_number, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(signal_number);
    } else {
        /* The instruction runs again, faults again, and the process ends as it would have without us. One sent by
         * kill(2) is sent again. */
        (void)sigaction(SIGBUS, &previous, NULL);
        if (info->si_code <= 0) {
            (void)raise(signal_number);
        }
    }
}

static void on_bus_error(int signal_number, siginfo_t *info, void *context) {
    struct guarded_range *range = guarded;
    /* si_code over 0: from the kernel, so si_addr is the address that was read. */
    if (range != NULL && info->si_code > 0 && (uintptr_t)info->si_addr - range->start < range->bytes) {
        siglongjmp(range->escape, 1);
    }
    pass_on(signal_number, info, context);
}

static void install(void) {
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    installed = sigaction(SIGBUS, &action, &previous) == 0;
}

bool fault_guard_install(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, install);
    return installed;
}

bool fault_guard_run(const void *start, size_t bytes, void (*work)(void *context), void *context) {
    struct guarded_range range = {.start = (uintptr_t)start, .bytes = bytes};
    /* The signal mask is neither saved nor restored (two system calls): SA_NODEFER leaves it as it was. */
    if (sigsetjmp(range.escape, 0) != 0) {
        guarded = NULL;
        return false;
    }
    guarded = &range;
    work(context);
    guarded = NULL;
    return true;
}
