/* SPDX-License-Identifier: MIT */
/* Batches that are freed when they are done: it rises for some seconds, and falls, over and over. */
#include "ready.h"

enum { blocks = 701, block = 65521, pause_us = 7001 }; /* 46 MB in five seconds */

static void *work(void *rounds) {
    static char *batch[blocks];
    for (;;) {
        for (int i = 0; i < blocks; i++, usleep(pause_us))
            batch[i] = touched(block);
        for (int i = 0; i < blocks; i++)
            free(batch[i]);
        if (++*(unsigned *)rounds == 0)
            return rounds;
    }
}

int main(void) {
    static unsigned rounds;
    pthread_t thread;
    pthread_create(&thread, NULL, work, &rounds);
    return ready(0);
}
