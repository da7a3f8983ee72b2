/* All bytes malloc_usable_size tells of may be written, and are a whole number of pages. */
#include "expect.h"

int main(void) {
    for (size_t size = 0; size < 3 * page_size; size += 61) {
        void *blocks[] = {malloc(size), calloc(1, size), memalign(1 << 15, size), valloc(size), pvalloc(size)};
        for (size_t index = 0; index < 5; index++) {
            size_t usable = malloc_usable_size(blocks[index]);
            EXPECT(usable >= size && usable < size + page_size + (size == 0) && usable % page_size == 0);
            memset(blocks[index], 1, usable);
            free_sized(blocks[index], size);
        }
    }
}
