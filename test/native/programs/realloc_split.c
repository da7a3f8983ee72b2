/* A block whose pages are several mappings by now (madvise, mprotect, mlock on a part) still grows, with its bytes. */
#include "expect.h"

int main(void) {
    char *block = malloc(5 * page_size);
    memset(block, 4, 5 * page_size);
    EXPECT(madvise(block + page_size, page_size, MADV_DONTFORK) == 0);
    char *grown = realloc(block, 300 * page_size);
    EXPECT(grown != NULL);
    for (size_t index = 0; index < 5 * page_size; index++) {
        EXPECT(grown[index] == 4);
    }
    EXPECT(grown[299 * page_size] == 0);
    free(grown);
}
