/* calloc is zero where a block was dirty before, and does not touch what it zeroes: 32 GiB cost nothing. */
#include "expect.h"

int main(void) {
    for (size_t size = 1; size < 1000000; size = size * 2 + 1) {
        char *dirty = malloc(size);
        EXPECT(dirty != NULL);
        memset(dirty, 0xff, size);
        free(dirty);
        char *block = calloc(size, 1);
        EXPECT(block != NULL);
        for (size_t index = 0; index < malloc_usable_size(block); index++) {
            EXPECT(block[index] == 0);
        }
    }
    char *huge = calloc((size_t)1 << 25, 1 << 10);
    EXPECT(huge == NULL || huge[(size_t)1 << 34] == 0); /* NULL: the kernel's overcommit limit */
}
