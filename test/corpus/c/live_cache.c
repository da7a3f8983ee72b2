/* SPDX-License-Identifier: MIT */
/* Much memory in use, and none of it grows: a cache. */
#include "ready.h"

enum { blocks = 9973, block = 16381 }; /* 163 MB, below the threshold of mmap */

int main(void) {
    static char *cache[blocks];
    for (int i = 0; i < blocks; i++)
        cache[i] = touched(block);
    return ready((size_t)blocks * block) + (cache[0] == NULL);
}
