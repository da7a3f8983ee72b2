/* posix_memalign tells by its result; it touches neither errno nor the pointer when it fails. */
#include "expect.h"

int main(void) {
    const size_t wrong[] = {0, 1, 2, 4, 3, 24, 48, 4097, SIZE_MAX};
    void *block = (void *)&wrong;
    errno = E2BIG;
    for (size_t index = 0; index < sizeof wrong / sizeof wrong[0]; index++) {
        EXPECT(posix_memalign(&block, wrong[index], 8) == EINVAL);
    }
    EXPECT(posix_memalign(&block, 64, (size_t)PTRDIFF_MAX + 1) == ENOMEM);
    EXPECT(posix_memalign(&block, (size_t)1 << 62, 8) == ENOMEM);
    EXPECT(block == (void *)&wrong && errno == E2BIG);
    EXPECT(posix_memalign(&block, 8, 8) == 0 && errno == E2BIG);
    free(block);
}
