/* SPDX-License-Identifier: MIT */
/* Blocks of one size are freed, and small ones of another between them hold their pages: no page is free as a whole. */
#include "ready.h"

enum { pairs = 40009, kept = 105, freed = 3001 }; /* 120 MB of the freed size */

int main(void) {
    static char *own[pairs];
    static char *others[pairs];
    for (int i = 0; i < pairs; i++) {
        others[i] = touched(freed);
        own[i] = touched(kept);
    }
    for (int i = 0; i < pairs; i++)
        free(others[i]);
    return own[0] == NULL || ready((size_t)pairs * freed);
}
