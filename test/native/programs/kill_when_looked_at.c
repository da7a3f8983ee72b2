/* SPDX-License-Identifier: MIT */
/* Preloaded: the process whose files in /proc are opened or links read is killed at the look whose number VICTIM_LOOK
 * says, just after it; the file VICTIM_KILLED is then made. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int looks;

/* Returns when it has ended, with its parent to reap it: what a look at its files says then is what it says of any dead
 * process. */
static void kill_now(int pid) {
    const int process = (int)syscall(SYS_pidfd_open, pid, 0);
    if (process < 0)
        return;
    kill(pid, SIGKILL);
    struct pollfd ended = {.fd = process, .events = POLLIN};
    poll(&ended, 1, -1);
    close(process);
    close(openat(AT_FDCWD, getenv("VICTIM_KILLED"), O_CREAT | O_WRONLY, 0600));
}

static void count_look(const char *path) {
    const char *number = getenv("VICTIM_LOOK");
    int pid;
    if (!number || sscanf(path, "/proc/%d/", &pid) != 1 || pid == getpid())
        return;
    if (atomic_fetch_add(&looks, 1) + 1 == atoi(number))
        kill_now(pid);
}

static mode_t mode_of(int flags, va_list rest) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const int descriptor = openat(AT_FDCWD, path, flags | O_LARGEFILE, mode_of(flags, rest));
    va_end(rest);
    count_look(path);
    return descriptor;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const int descriptor = openat(AT_FDCWD, path, flags, mode_of(flags, rest));
    va_end(rest);
    count_look(path);
    return descriptor;
}

ssize_t readlink(const char *path, char *target, size_t size) {
    const ssize_t length = readlinkat(AT_FDCWD, path, target, size);
    count_look(path);
    return length;
}
