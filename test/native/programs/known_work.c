/* Calls whose counters the test knows to the byte. Prints nothing. */
#include "expect.h"

int main(void) {
    char *kept = malloc(prime);
    char *freed = malloc(prime * 2);
    free(freed);
    char *grown = realloc(calloc(1, page_prime), page_prime * 3);
    char *shrunk = realloc(malloc(prime), 11);
    void *aligned[4] = {memalign(64, 5), aligned_alloc(1 << 16, 6), valloc(7), pvalloc(8)};
    EXPECT(posix_memalign(&aligned[0], 32, 9) == 0);
    EXPECT(posix_memalign(&aligned[0], 3, 9) == EINVAL);
    EXPECT(malloc(SIZE_MAX) == NULL && calloc(SIZE_MAX, 2) == NULL && aligned_alloc(3, 1) == NULL);
    EXPECT(reallocarray(NULL, SIZE_MAX, 2) == NULL && realloc(kept, SIZE_MAX) == NULL);
    EXPECT(malloc_usable_size(kept) >= prime && kept && grown && shrunk && aligned[0]);
    free(NULL);
    free_sized(shrunk, 11);
    free_aligned_sized(aligned[1], 1 << 16, 6);
    EXPECT(malloc(0) != NULL);
}
