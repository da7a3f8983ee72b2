/* Every pointer is aligned for any type, and as the caller asked. */
#include "expect.h"

static int aligned(void *block, size_t alignment) {
    return block != NULL && (uintptr_t)block % alignment == 0;
}

int main(void) {
    for (size_t size = 1; size < 100000; size = size * 3 + 1) {
        EXPECT(aligned(malloc(size), 16));
        EXPECT(aligned(calloc(size, 3), 16));
        EXPECT(aligned(realloc(malloc(size), size * 5), 16));
        EXPECT(aligned(reallocarray(NULL, size, 3), 16));
        EXPECT(aligned(valloc(size), page_size));
        EXPECT(aligned(pvalloc(size), page_size));
        for (size_t alignment = sizeof(void *); alignment <= (size_t)1 << 22; alignment <<= 1) {
            void *block = NULL;
            EXPECT(posix_memalign(&block, alignment, size) == 0 && aligned(block, alignment));
            memset(block, 1, size);
            EXPECT(aligned(block = aligned_alloc(alignment, size), alignment));
            memset(block, 1, size);
            EXPECT(aligned(memalign(alignment, size), alignment));
        }
    }
}
