/* While its pages suffice a block stays where it is; pages at its end that it no longer needs go back at once. */
#include "expect.h"

int main(void) {
    char *block = realloc(NULL, 10 * page_size);
    memset(block, 5, 10 * page_size);
    EXPECT(realloc(block, 10 * page_size - 100) == block);
    EXPECT(realloc(block, 10 * page_size) == block);
    EXPECT(realloc(block, 3 * page_size - 1) == block);
    EXPECT(malloc_usable_size(block) == 3 * page_size);
    EXPECT(block[0] == 5 && block[3 * page_size - 1] == 5);
    unsigned char resident[7];
    EXPECT(mincore(block + 3 * page_size, 7 * page_size, resident) == -1 && errno == ENOMEM); /* not mapped */
    EXPECT(realloc(block, 1) == block && malloc_usable_size(block) == page_size);
    EXPECT(realloc(block, page_size) == block);
    free(block);
}
