/* SPDX-License-Identifier: MIT */
/* A leak: it grows as long as the program runs. */
#include "ready.h"

enum { before = 2003, at_most = 65537, block = 16381, pause_us = 997 }; /* 16 MB a second, 1 GB in the end */

static void *leak(void *unused) {
    for (int i = before; i < at_most; i++, usleep(pause_us))
        touched(block);
    return unused;
}

int main(void) {
    pthread_t thread;
    for (int i = 0; i < before; i++)
        touched(block);
    pthread_create(&thread, NULL, leak, NULL);
    return ready(0);
}
