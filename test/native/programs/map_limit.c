/* At vm.max_map_count malloc is NULL and ENOMEM, and there is memory again when something is freed. Prints how often it
 * failed. */
#include "expect.h"

int main(void) {
    static char *blocks[1 << 20];
    size_t count = 0;
    errno = 0;
    while (count < sizeof blocks / sizeof blocks[0] && (blocks[count] = malloc(1)) != NULL) {
        mprotect(blocks[count], page_size,
                 count % 2 == 0 ? PROT_READ : PROT_READ | PROT_WRITE); /* neighbours do not merge */
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
