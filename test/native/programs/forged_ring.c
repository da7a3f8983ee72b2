/* forged_ring N: so many heaps that name an arena and each other, in a ring: none of them is an arena's first. */
#define _GNU_SOURCE
#include "forge.h"

int main(int count, char **arguments) {
    EXPECT(count == 2);
    size_t heaps = (size_t)atol(arguments[1]);
    struct state *arena = forge_find_arena();
    char *space = forge_reserve(heaps);
    for (size_t index = 0; index < heaps; index++) {
        char *before = space + (index == 0 ? heaps - 1 : index - 1) * heap_max_bytes;
        *(struct info *)(space + index * heap_max_bytes) =
            (struct info){arena, (struct info *)before, page_size, page_size};
    }
    forge_wait();
}
