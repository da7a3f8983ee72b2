/* Size 0 gives a block of its own, which can be freed; realloc to 0 frees; free(NULL) does nothing. */
#include "expect.h"

int main(void) {
    void *first = malloc(0);
    void *second = malloc(0);
    EXPECT(first != NULL && second != NULL && first != second);
    free(first);
    free(second);
    void *none = calloc(0, 8);
    EXPECT(none != NULL);
    EXPECT(realloc(none, 0) == NULL);
    void *aligned = NULL;
    EXPECT(posix_memalign(&aligned, 64, 0) == 0 && aligned != NULL);
    free_aligned_sized(aligned, 64, 0);
    void *array = reallocarray(NULL, 0, 0);
    EXPECT(array != NULL && reallocarray(array, 7, 0) == NULL);
    free(NULL);
    free_sized(NULL, 8);
    EXPECT(malloc_usable_size(NULL) == 0);
}
