/* aligned_alloc refuses what is not a power of two (glibc 2.38); memalign rounds it up, and refuses what has no power
 * of two above. */
#include "expect.h"

int main(void) {
    errno = 0;
    EXPECT(aligned_alloc(0, 8) == NULL && errno == EINVAL);
    errno = 0;
    EXPECT(aligned_alloc(24, 48) == NULL && errno == EINVAL);
    EXPECT(aligned_alloc(1, 3) != NULL);
    EXPECT(aligned_alloc(64, 3) != NULL); /* any size: C17 */
    EXPECT(memalign(0, 8) != NULL);
    EXPECT((uintptr_t)memalign(5 * page_size, 8) % (8 * page_size) == 0);
    errno = 0;
    EXPECT(memalign(((size_t)1 << 63) + 1, 8) == NULL && errno == EINVAL);
    errno = 0;
    EXPECT(memalign((size_t)1 << 63, 8) == NULL && errno == ENOMEM);
}
