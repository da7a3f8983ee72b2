/* SPDX-License-Identifier: MIT */
/* Three blocks of four are freed, and the fourth holds its page: no page is free as a whole. */
#include "ready.h"

enum { blocks = 160001, block = 1009 }; /* 163 MB; above what the thread's cache and the fast bins take */

int main(void) {
    static char *own[blocks];
    for (int i = 0; i < blocks; i++)
        own[i] = touched(block);
    for (int i = 0; i < blocks; i++)
        if (i % 4 != 0)
            free(own[i]);
    return ready((size_t)blocks * block / 4 * 3);
}
