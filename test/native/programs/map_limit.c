/* At vm.max_map_count malloc is NULL and ENOMEM, and there is memory again when something is freed. */
#include "expect.h"

int main(void) {
    static char *blocks[1 << 20];
    size_t count = 0;
    errno = 0;
    while (count < sizeof blocks / sizeof blocks[0] && (blocks[count] = malloc(1)) != NULL) {
        /* No neighbour is like it, and none is like a new block: nothing merges, every block is a mapping. */
        EXPECT(mprotect(blocks[count], page_size, count % 2 == 0 ? PROT_READ : PROT_NONE) == 0);
        count++;
    }
    EXPECT(count > 1000 && count < sizeof blocks / sizeof blocks[0] && errno == ENOMEM);
    for (size_t index = count / 2; index < count / 2 + 100; index++) {
        free(blocks[index]);
    }
    void *again = malloc(1);
    EXPECT(again != NULL);
    free(again);
}
