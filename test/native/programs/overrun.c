/* Writes the byte after those that it asked for, and frees the block: glibc rounds up, so that only a check notices. */
#include "expect.h"

int main(void) {
    char *block = malloc(page_prime);
    EXPECT(block != NULL);
    ((volatile char *)block)[page_prime] ^= 1;
    free(block);
}
