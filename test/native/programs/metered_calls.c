/* Every entry point, with and without success. Prints how many blocks stay and their usable bytes in all. */
#include "expect.h"

static size_t blocks, bytes;

static void keep(void *block) {
    EXPECT(block != NULL);
    blocks++;
    bytes += malloc_usable_size(block);
}

int main(void) {
    for (size_t size = 0; size < 300000; size += size < 2100 ? 1 : 997) {
        keep(malloc(size));
        keep(realloc(malloc(size), size * 2 + 1)); /* moves, or grows in place */
        keep(realloc(calloc(2, size), size / 2 + 1));
        keep(memalign((size_t)16 << size % 4 * 4, size));
        free(malloc(size));
    }
    void *aligned = NULL, *kept = malloc(prime * 20);
    EXPECT(posix_memalign(&aligned, 3, 9) == EINVAL && posix_memalign(&aligned, 32, 9) == 0);
    keep(aligned), keep(valloc(7)), keep(aligned_alloc(64, 128));
    EXPECT(malloc(SIZE_MAX) == NULL && calloc(SIZE_MAX, 2) == NULL && malloc_usable_size(NULL) == 0);
    EXPECT(realloc(kept, SIZE_MAX) == NULL && reallocarray(kept, SIZE_MAX, 2) == NULL && errno == ENOMEM);
    keep(reallocarray(kept, 3, prime));
    free_sized(malloc(11), 11);
    free_aligned_sized(memalign(64, 6), 64, 6);
    dprintf(STDOUT_FILENO, "%zu %zu\n", blocks, bytes);
}
