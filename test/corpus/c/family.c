/* SPDX-License-Identifier: MIT */
/* SELF_MIB of its own, and a child with CHILD_MIB that ends with it. */
#include "ready.h"

#include <sys/wait.h>

static size_t bytes_of(const char *name) {
    const char *mib = getenv(name);
    return mib ? strtoul(mib, NULL, 10) << 20 : 0;
}

int main(void) {
    int started[2];
    if (pipe(started) != 0)
        return 1;
    pid_t child = fork();
    if (child < 0)
        return 1;
    char byte = 0;
    if (child == 0) {
        close(started[0]);
        if (!touched_and_held(bytes_of("CHILD_MIB")) || write(started[1], &byte, 1) != 1)
            return 1;
        while (read(STDIN_FILENO, &byte, 1) > 0) {
        }
        return 0;
    }
    close(started[1]);
    if (!touched_and_held(bytes_of("SELF_MIB")) || read(started[0], &byte, 1) != 1)
        return 1;
    int status = ready(0);
    return waitpid(child, NULL, 0) != child || status;
}
