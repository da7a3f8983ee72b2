/* SPDX-License-Identifier: MIT */
/* A leak at a steady pace, of MIB_PER_MINUTE: what is late is made up for, so that the pace is that on a busy machine
 * too. */
#include "ready.h"

#include <time.h>

enum { before = 6007, at_most = 65537, block = 16381, pause_us = 5003 }; /* 1 GB in the end */

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *leak(void *rate) {
    double bytes_per_second = (double)*(size_t *)rate / 60;
    double start = seconds();
    for (size_t leaked = 0; leaked < at_most; usleep(pause_us)) {
        size_t due = (size_t)((seconds() - start) * bytes_per_second / block);
        for (; leaked < due; leaked++)
            touched(block);
    }
    return NULL;
}

int main(void) {
    static size_t bytes_per_minute;
    pthread_t thread;
    const char *mib = getenv("MIB_PER_MINUTE");
    bytes_per_minute = mib ? strtoul(mib, NULL, 10) << 20 : 0;
    for (int i = 0; i < before; i++)
        touched(block);
    pthread_create(&thread, NULL, leak, &bytes_per_minute);
    return ready_growing(bytes_per_minute);
}
