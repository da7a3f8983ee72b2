/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OWN_PID_H
#define OFFHEAP_OWN_PID_H

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/*
 * The pid of this process, at its start or in the child of a fork: there the calling thread is the only one, and has it
 * as its id. That is asked where a sandbox refuses getpid(2), which glibc then returns as -EACCES
 * (sysdeps/unix/sysv/linux/getpid.c). 0 where that is refused as well.
 */
static inline pid_t own_pid(void) {
    pid_t pid = getpid();
    if (pid > 0) {
        return pid;
    }
    long tid = syscall(SYS_gettid);
    return tid > 0 ? (pid_t)tid : 0;
}

#endif
