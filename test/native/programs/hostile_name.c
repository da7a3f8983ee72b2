/* SPDX-License-Identifier: MIT */
/* A thread whose name ends the field of /proc/PID/stat, calls itself a zombie and drives a terminal; a block of a known
 * size; waits for a signal. */
#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "expect.h"

int main(void) {
    EXPECT(prctl(PR_SET_NAME, ") Z 1 \n\033[2J\a|") == 0);
    void *volatile block = malloc(prime);
    EXPECT(block);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (;;)
        pause();
}
