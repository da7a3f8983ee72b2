/* Keeps 347 blocks of 1,400 bytes in a list of which it has the first. */
#include "expect.h"

static void *volatile *kept;

__attribute__((constructor)) static void keep(void) {
    for (int index = 0; index < 347; index++) {
        void *volatile *block = calloc(1, 1400);
        EXPECT(block != NULL);
        block[4] = (void *)kept;
        kept = block;
    }
}
