/* SPDX-License-Identifier: MIT */
/* What must go on where little is allowed: in a sandbox, on a small stack, in a thread that is to be cancelled. */
#include "rows.h"

#include <limits.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Any system call but read, write, exit and sigreturn ends the process. */
static void strict_sandbox(void) {
    NEEDS(CONFORMANCE_PRELOADED);
    free(malloc(100));
    EXPECT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) == 0);
    for (unsigned round = 0; round < 9; round++) {
        free(malloc(100));
    }
    (void)syscall(SYS_exit, row_kept);
}

enum { child_status = 7 };

static void expect_status_of(pid_t child) {
    int status = 0;
    EXPECT(child > 0 && waitpid(child, &status, 0) == child);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == child_status);
}

static void fork_here(int number) {
    pid_t child = fork();
    if (child == 0) {
        free(realloc(malloc(100), 5000));
        _exit(child_status);
    }
    expect_status_of(child);
    free(malloc((size_t)number));
}

static void *fork_in_thread(void *argument) {
    fork_here(1);
    return argument;
}

/* A sanitizer's frames are larger. */
static void fork_on_smallest_stack(void) {
    NEEDS(!CONFORMANCE_IS_SANITIZED);
    pthread_t thread;
    pthread_attr_t smallest;
    EXPECT(pthread_attr_init(&smallest) == 0 && pthread_attr_setstacksize(&smallest, PTHREAD_STACK_MIN) == 0);
    EXPECT(pthread_create(&thread, &smallest, fork_in_thread, NULL) == 0 && pthread_join(thread, NULL) == 0);
}

static void fork_on_alternate_stack(void) {
    NEEDS(!CONFORMANCE_IS_SANITIZED);
    static unsigned char alternate[8192];
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    struct sigaction action = {.sa_handler = fork_here, .sa_flags = SA_ONSTACK};
    EXPECT(sigaltstack(&stack, NULL) == 0 && sigaction(SIGUSR1, &action, NULL) == 0 && raise(SIGUSR1) == 0);
}

static void *fork_cancelled(void *argument) {
    int ignored;
    EXPECT(pthread_cancel(pthread_self()) == 0);
    pid_t child = fork();
    if (child == 0) {
        free(realloc(malloc(100), 1000003));
        (void)syscall(SYS_exit_group, child_status);
    }
    free(realloc(malloc(100), 1000003));
    EXPECT(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &ignored) == 0);
    expect_status_of(child);
    return argument;
}

static void fork_in_cancelled_thread(void) {
    NEEDS(!CONFORMANCE_IS_SANITIZED);
    pthread_t thread;
    void *result = NULL;
    EXPECT(pthread_create(&thread, NULL, fork_cancelled, &result) == 0 && pthread_join(thread, &result) == 0);
    EXPECT(result == &result);
}

static const struct row list[] = {
    {"PR_SET_SECCOMP(2const)", "free(malloc(100)) in a strict sandbox", strict_sandbox},
    {"POSIX pthread_attr_setstacksize", "fork on a stack of PTHREAD_STACK_MIN", fork_on_smallest_stack},
    {"POSIX sigaltstack", "fork in a signal handler, on a stack of 8 KiB", fork_on_alternate_stack},
    {"POSIX 2.9.5", "fork, malloc and free in a thread that is to be cancelled", fork_in_cancelled_thread},
};
const struct rows rows_of_confined = {list, sizeof list / sizeof *list};
