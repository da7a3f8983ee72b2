/* What libraries of a system do, such as libX11 and libudev: reallocarray, copies of strings, aligned blocks. Prints
 * how many of the blocks came to the free of the program. */
#include "expect.h"

void use_malloc(const size_t *freed);

void use_malloc(const size_t *freed) {
    size_t before = *freed;
    char *grown = reallocarray(memset(malloc(77), 'a', 77), 4099, 13);
    EXPECT(grown[0] == 'a' && grown[76] == 'a' && reallocarray(grown, SIZE_MAX, 2) == NULL);
    free(reallocarray(NULL, 7, 11));
    (free_sized ? free_sized : (void (*)(void *, size_t))(void *)free)(grown, (size_t)4099 * 13);
    free(strdup("text"));
    free(strndup("text", 2));
    size_t strings = *freed - before;
    void *aligned = aligned_alloc(64, 640);
    (free_aligned_sized ? free_aligned_sized : (void (*)(void *, size_t, size_t))(void *)free)(aligned, 64, 640);
    EXPECT(posix_memalign(&aligned, 128, 1000) == 0 && (uintptr_t)aligned % 128 == 0);
    EXPECT(malloc_usable_size(aligned) >= 1000);
    free(aligned);
    EXPECT((uintptr_t)(aligned = memalign(4096, 100)) % 4096 == 0);
    free(aligned);
    free(memset(valloc(5000), 1, 5000));
    free(memset(pvalloc(1), 1, 4096));
    printf("%zu %zu ", strings, *freed - before);
}
