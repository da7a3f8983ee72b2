/* SPDX-License-Identifier: MIT */
/* Fork, programs started, exit handlers. */
#include "rows.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

static atomic_bool is_over;

static void *churn(void *argument) {
    (void)argument;
    while (!atomic_load(&is_over)) {
        free(realloc(malloc(333), 70001));
        free(calloc(7, 11));
    }
    return NULL;
}

static bool ended_well(pid_t child) {
    int status = -1;
    return waitpid(child, &status, 0) == child && status == 0;
}

/* In the child: its parent's blocks, new ones, a thread and a child of its own. */
static void use_all(void *inherited) {
    EXPECT(is_filled(inherited, 9000, 1));
    EXPECT((inherited = realloc(inherited, 500000)) != NULL && is_filled(inherited, 9000, 1));
    free(inherited);
    for (unsigned way = 0; way < way_count; way++) {
        free(get_by(way, 1000));
    }
    atomic_store(&is_over, true);
    pthread_t thread;
    EXPECT(CONFORMANCE_IS_SANITIZED ||
           (pthread_create(&thread, NULL, churn, NULL) == 0 && pthread_join(thread, NULL) == 0));
    pid_t grandchild = fork();
    if (grandchild == 0) {
        free(malloc(5000));
        _exit(0);
    }
    EXPECT(ended_well(grandchild));
    _exit(0);
}

static void fork_of_threads(void) {
    NEEDS(!(CONFORMANCE_IS_SANITIZED && CONFORMANCE_IS_METER));
    pthread_t threads[2];
    for (unsigned index = 0; index < 2; index++) {
        EXPECT(pthread_create(&threads[index], NULL, churn, NULL) == 0);
    }
    for (unsigned round = 0; round < (CONFORMANCE_IS_SANITIZED ? 5 : 20); round++) {
        void *block = malloc(9000);
        fill(block, 9000, 1);
        pid_t child = fork();
        if (child == 0) {
            use_all(block);
        }
        EXPECT(ended_well(child) && is_filled(block, 9000, 1));
        free(block);
    }
    atomic_store(&is_over, true);
    for (unsigned index = 0; index < 2; index++) {
        EXPECT(pthread_join(threads[index], NULL) == 0);
    }
}

static void *in_handler;

static void allocate(void) {
    free(in_handler);
    in_handler = malloc(4000);
    EXPECT(in_handler != NULL);
}

static void fork_handlers(void) {
    EXPECT(pthread_atfork(allocate, allocate, allocate) == 0);
    for (unsigned round = 0; round < 20; round++) {
        pid_t child = fork();
        if (child == 0) {
            _exit(in_handler == NULL);
        }
        EXPECT(ended_well(child));
    }
}

static void programs_started(void) {
    static char path[] = "/bin/true";
    char *const command[] = {path, NULL};
    for (unsigned round = 0; round < 20; round++) {
        pid_t child;
        void *block = malloc(9000);
        fill(block, 9000, 2);
        EXPECT(posix_spawn(&child, command[0], NULL, NULL, command, environ) == 0 && ended_well(child));
        child = vfork();
        if (child == 0) {
            (void)execv(command[0], command);
            _exit(127);
        }
        EXPECT(ended_well(child) && is_filled(block, 9000, 2));
        free(block);
    }
}

static void *kept_to_the_end;

static void at_the_end(void) {
    EXPECT(is_filled(kept_to_the_end, 700, 4));
    free(kept_to_the_end);
    free(malloc(100000));
}

static void exit_handlers(void) {
    kept_to_the_end = malloc(700);
    fill(kept_to_the_end, 700, 4);
    EXPECT(atexit(at_the_end) == 0);
}

static void *churn_for_ever(void *argument) {
    for (;;) {
        free(malloc(1234));
    }
    return argument;
}

/* Threads that nobody joins are in malloc while exit runs the handlers. */
static void exit_while_threads_run(void) {
    for (unsigned round = 0; round < 20; round++) {
        pid_t child = fork();
        if (child == 0) {
            pthread_t thread;
            EXPECT(pthread_create(&thread, NULL, churn_for_ever, NULL) == 0);
            exit_handlers();
            exit(0);
        }
        EXPECT(ended_well(child));
    }
}

static void quick_end(void) {
    kept_to_the_end = malloc(700);
    fill(kept_to_the_end, 700, 4);
    EXPECT(at_quick_exit(at_the_end) == 0);
    quick_exit(row_kept);
}

static const struct row list[] = {
    {"POSIX.1-2008 fork", "fork while other threads allocate: the child can use everything", fork_of_threads},
    {"POSIX pthread_atfork", "malloc and free in handlers of fork", fork_handlers},
    {"POSIX posix_spawn, vfork(2)", "programs are started, and the parent's blocks stay", programs_started},
    {"C11 7.22.4.2", "malloc and free in functions that atexit registered", exit_handlers},
    {"C11 7.22.4.4", "exit while another thread allocates", exit_while_threads_run},
    {"C11 7.22.4.7", "malloc and free in functions that at_quick_exit registered", quick_end},
};
const struct rows rows_of_processes = {list, sizeof list / sizeof *list};
