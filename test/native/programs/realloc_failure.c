/* A realloc that finds no address space is NULL and ENOMEM; the block stays, with its bytes, and can be freed. */
#include "expect.h"
#include <sys/resource.h>

int main(void) {
    char *block = malloc(prime);
    memset(block, 3, prime);
    struct rlimit limit = {64 << 20, 64 << 20};
    EXPECT(setrlimit(RLIMIT_AS, &limit) == 0);
    errno = 0;
    EXPECT(realloc(block, 256 << 20) == NULL && errno == ENOMEM);
    EXPECT(malloc(256 << 20) == NULL && calloc(256, 1 << 20) == NULL);
    for (size_t index = 0; index < prime; index++) {
        EXPECT(block[index] == 3);
    }
    EXPECT(realloc(block, prime - 10) == block);
    free(block);
}
