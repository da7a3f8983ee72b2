/* count * size that overflows is NULL and ENOMEM, and leaves the block of reallocarray as it was. */
#include "expect.h"

int main(void) {
    volatile size_t half = SIZE_MAX / 2 + 1;
    errno = 0;
    EXPECT(calloc(half, 2) == NULL && errno == ENOMEM);
    errno = 0;
    EXPECT(calloc(half + 1, 2) == NULL && errno == ENOMEM); /* would be 2 bytes */
    char *block = malloc(prime);
    memset(block, 7, prime);
    errno = 0;
    EXPECT(reallocarray(block, half + 1, 2) == NULL && errno == ENOMEM);
    EXPECT(block[0] == 7 && block[prime - 1] == 7);
    free(block);
}
