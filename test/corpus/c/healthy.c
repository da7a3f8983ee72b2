/* SPDX-License-Identifier: MIT */
/* A program as it should be: it works in bursts, gives back what it used, and keeps a little. */
#include "ready.h"

enum { rounds = 997, block = 65521, kept = 211 }; /* 14 MB are kept; a burst is one block */

int main(void) {
    static char *cache[kept];
    for (int i = 0; i < rounds; i++) {
        char *work = touched(block);
        if (i < kept)
            cache[i] = touched(block);
        free(work);
    }
    return ready(0) + (cache[0] == NULL);
}
