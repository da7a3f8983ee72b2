/* Sizes over PTRDIFF_MAX, and sizes no address space has, are NULL and ENOMEM for every entry point. */
#include "expect.h"

#define REFUSED(call) (errno = 0, (call) == NULL && errno == ENOMEM)

int main(void) {
    const size_t sizes[] = {SIZE_MAX, SIZE_MAX - page_size, (size_t)PTRDIFF_MAX + 1, PTRDIFF_MAX, (size_t)1 << 47};
    for (size_t index = 0; index < sizeof sizes / sizeof sizes[0]; index++) {
        volatile size_t size = sizes[index];
        void *block = malloc(1);
        EXPECT(REFUSED(malloc(size)));
        EXPECT(REFUSED(calloc(1, size)));
        EXPECT(REFUSED(calloc(size, 1)));
        EXPECT(REFUSED(realloc(NULL, size)));
        EXPECT(REFUSED(realloc(block, size)));
        EXPECT(REFUSED(reallocarray(block, 1, size)));
        EXPECT(REFUSED(aligned_alloc(16, size)));
        EXPECT(REFUSED(memalign(1 << 16, size)));
        EXPECT(REFUSED(valloc(size)));
        EXPECT(REFUSED(pvalloc(size)));
        EXPECT(posix_memalign(&(void *){0}, 16, size) == ENOMEM);
        free(block);
    }
}
