/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE // Not _GNU_SOURCE: newer glibc then gives sscanf and strtoull names that older ones lack.
#include "thread.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Only the first thread stays when it has ended, and those that a debugger has not let go. */
enum { threads_looked_at = 1024, scan_limit = 8 };
static const unsigned long exiting_flag = 0x00000004; /* PF_EXITING, include/linux/sched.h */

/* The name, in parentheses, may hold anything, so fields are counted from the last parenthesis. */
struct inspect_verdict thread_read(pid_t pid, pid_t tid, struct thread_stat *stat) {
    char path[64];
    char text[1024];
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/stat", (long)pid, (long)tid);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return inspect_failure("/proc/PID/stat", errno);
    }
    size_t bytes = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[bytes] = '\0';
    const char *name_end = strrchr(text, ')');
    if (name_end == NULL ||
        sscanf(name_end + 1, " %c %*s %*s %*s %*s %*s %lu %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %" SCNu64,
               &stat->state, &stat->flags, &stat->start_ticks) != 3) {
        return inspect_failure("/proc/PID/stat", ESRCH);
    }
    return inspect_good();
}

bool thread_has_ended(const struct thread_stat *stat) {
    return (stat->flags & exiting_flag) != 0 || stat->state == 'Z' || stat->state == 'X';
}

/* *others: whether it has other threads than its first. */
static bool scan(DIR *folder, pid_t pid, pid_t *tid, struct thread_stat *stat, bool *others) {
    bool is_found = false;
    const struct dirent *entry = NULL;
    *others = false;
    for (unsigned count = 0; count < threads_looked_at && !is_found && (entry = readdir(folder)) != NULL; count++) {
        *tid = (pid_t)strtol(entry->d_name, NULL, 10); /* 0: "." and ".." */
        *others |= *tid > 0 && *tid != pid;
        is_found = *tid > 0 && thread_read(pid, *tid, stat).status == inspect_ok && !thread_has_ended(stat);
    }
    return is_found;
}

bool thread_find_living(pid_t pid, pid_t *tid, struct thread_stat *stat) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
    DIR *folder = opendir(path);
    bool others = folder != NULL;
    bool is_found = false;
    /* A thread may have started another one and ended after that had its chance to be listed. */
    for (unsigned scans = 0; scans < scan_limit && others && !is_found; scans++) {
        rewinddir(folder);
        is_found = scan(folder, pid, tid, stat, &others);
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return is_found;
}
