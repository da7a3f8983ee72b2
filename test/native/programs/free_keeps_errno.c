/* free and its kin keep errno. */
#include "expect.h"

int main(void) {
    errno = E2BIG;
    free(NULL);
    EXPECT(errno == E2BIG);
    void *blocks[] = {malloc(1), malloc(prime), memalign(1 << 20, 5)};
    errno = E2BIG;
    free(blocks[0]);
    free_sized(blocks[1], prime);
    free_aligned_sized(blocks[2], 1 << 20, 5);
    EXPECT(errno == E2BIG);
}
