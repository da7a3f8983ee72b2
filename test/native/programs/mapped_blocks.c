/* Makes argv[1] blocks that are mappings of their own where the allocator makes such, resizes some, frees every other
 * one. Prints the live ones and their usable bytes, all of which are the block's own. */
#include "expect.h"
enum { most = 400, bytes_from = 140000 };

int main(int argc, char **argv) {
    static char *blocks[most];
    size_t count = argc > 1 ? (size_t)atoi(argv[1]) : 0, live = 0, bytes = 0;
    for (size_t index = 0; index < count; index++) {
        blocks[index] = malloc(bytes_from + 997 * index);
    }
    for (size_t index = 0; index < count; index++) {
        size_t usable = malloc_usable_size(blocks[index]);
        EXPECT(usable >= bytes_from + 997 * index);
        memset(blocks[index], 1, usable);
        blocks[index] = index % 3 == 0 ? realloc(blocks[index], bytes_from + 2503 * index) : blocks[index];
    }
    for (size_t index = 0; index < count; index++) {
        if (index % 2 == 0) {
            free(blocks[index]);
        } else {
            live++, bytes += malloc_usable_size(blocks[index]);
        }
    }
    printf("%zu %zu\n", live, bytes);
}
