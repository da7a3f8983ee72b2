/* SPDX-License-Identifier: MIT */
/* Forks argv[1] times; each child executes argv[2 …], or ends at once without any, and is waited for. Prints the median
 * of the times from the fork to the end of the wait, in nanoseconds. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int by_value(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static int64_t fork_once(char *const *command) {
    int64_t started_at = now_ns();
    pid_t child = fork();
    if (child == 0) {
        if (command[0] != NULL) {
            execv(command[0], command);
            _exit(127);
        }
        _exit(0);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        exit(1);
    }
    return now_ns() - started_at;
}

int main(int argc, char **argv) {
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    int64_t *times = malloc(count * sizeof *times);
    if (count == 0 || times == NULL) {
        return 2;
    }
    for (size_t index = 0; index < count; index++) {
        times[index] = fork_once(argv + 2);
    }
    qsort(times, count, sizeof *times, by_value);
    printf("%lld\n", (long long)times[count / 2]);
    free(times);
    return 0;
}
