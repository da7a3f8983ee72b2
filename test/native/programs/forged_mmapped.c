/* forged_mmapped N: so many mappings of a page, each a block of its own by its header, with a hole behind it. */
#define _GNU_SOURCE
#include "forge.h"

int main(int count, char **arguments) {
    EXPECT(count == 2);
    size_t blocks = (size_t)atol(arguments[1]);
    EXPECT(malloc(page_prime) != NULL);
    char *space = mmap(NULL, 2 * blocks * page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    EXPECT(space != MAP_FAILED);
    for (size_t index = 0; index < blocks; index++) {
        uint64_t *block = (uint64_t *)(space + index * 2 * page_size);
        EXPECT(mprotect(block, page_size, PROT_READ | PROT_WRITE) == 0);
        block[1] = page_size | 2;
    }
    forge_wait();
}
