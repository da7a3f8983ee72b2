/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_THREAD_STACKS_H
#define OFFHEAP_THREAD_STACKS_H

/*
 * Stacks of a process's threads, by their stack pointers (/proc/PID/task/TID/syscall, proc_pid_syscall(5)): a thread
 * that runs at that moment has none to tell, and is asked again. When it goes on running, all of its stack counts as
 * used. A stack ends with glibc's descriptor of the thread and
 * its thread-local variables (nptl/allocatestack.c), which belong to it.
 */

#include "block_graph.h"

enum { thread_limit = 1 << 17, thread_name_bytes = 16 };

struct thread_stack {
    pid_t tid;
    char name[thread_name_bytes]; /* of /proc/PID/task/TID/comm */
    struct memory_range used;     /* from the stack pointer to the stack's end; empty: not known */
    struct memory_range whole;    /* with what lies below the stack pointer: left over, and read for nobody */
    bool is_whole;                /* how much of it is used is not known */
};

struct thread_stacks {
    struct thread_stack *list; /* by stack; those without one last */
    size_t count;
    size_t known;           /* with a stack */
    size_t missing;         /* of them, those of which a core file lacks an end */
    uint64_t missing_bytes; /* of these, what of it is used */
};

struct inspect_verdict thread_stacks_find(const struct target *target, struct thread_stacks *stacks);
void thread_stacks_free(struct thread_stacks *stacks);

#endif
