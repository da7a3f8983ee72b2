/* Writes the byte after those that it asked for, and frees the block: glibc rounds up, so that only a check notices. */
#include "expect.h"

int main(void) {
    char *block = malloc(page_prime);
    EXPECT(block != NULL);
    /* From the end of the chunk the check goes down, by as much as each byte says, to its magic byte, which is never 1
     * (malloc/malloc-check.c): of anything else than ones it may meet that byte by chance. */
    memset(block, 1, page_prime);
    ((volatile char *)block)[page_prime] = 1;
    free(block);
}
