/* SPDX-License-Identifier: MIT */
/* Seems to be jemalloc. Whoever asks it ends the process. */
#include <signal.h>
#include <unistd.h>

int mallctl(void) {
    return kill(getpid(), SIGKILL);
}
