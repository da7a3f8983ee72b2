/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_THREAD_H
#define OFFHEAP_THREAD_H

/* Threads of the process that is looked at, by /proc/PID/task/TID/stat (proc_pid_stat(5)). */

#include "verdict.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct thread_stat {
    char state;
    unsigned long flags;
    uint64_t start_ticks; /* since boot: another thread with the same id has another */
};

struct inspect_verdict thread_read(pid_t pid, pid_t tid, struct thread_stat *stat);

/* Whether it has no memory any more, or is about to have none: that comes before it is a zombie. */
bool thread_has_ended(const struct thread_stat *stat);

/*
 * A thread that lives, of a process whose first thread has ended: by it the kernel tells of the memory that all threads
 * share. false when none does.
 */
bool thread_find_living(pid_t pid, pid_t *tid, struct thread_stat *stat);

#endif
