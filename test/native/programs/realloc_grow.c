/* A block that grows keeps its bytes, wherever it goes; what is new is zero; its old place is no block any more. */
#include "expect.h"

int main(void) {
    size_t size = page_prime;
    char *block = malloc(size);
    memset(block, 9, malloc_usable_size(block));
    for (int step = 0; step < 12; step++) {
        size_t usable = malloc_usable_size(block);
        void *neighbour = malloc(1); /* in the way */
        errno = E2BIG;
        char *grown = realloc(block, size * 2);
        EXPECT(grown != NULL && errno == E2BIG);
        for (size_t index = 0; index < usable; index++) {
            EXPECT(grown[index] == 9);
        }
        EXPECT(grown[size * 2 - 1] == 0 || size * 2 <= usable);
        memset(grown, 9, malloc_usable_size(grown));
        block = grown;
        size *= 2;
        free(neighbour);
    }
    free(block);
}
