/* SPDX-License-Identifier: MIT */
/* Blocks so large that malloc maps each of them, as images or matrices are. */
#include "ready.h"

enum { blocks = 61, block = 3000017 };

int main(void) {
    static char *held[blocks];
    for (int i = 0; i < blocks; i++)
        held[i] = touched(block);
    return ready((size_t)blocks * block) + (held[0] == NULL);
}
