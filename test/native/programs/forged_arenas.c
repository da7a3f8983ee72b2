/* forged_arenas N: so many arenas beside the two real ones, in glibc's ring, each a heap of one page whose top is all
 * that it has. */
#define _GNU_SOURCE
#include "forge.h"

int main(int count, char **arguments) {
    EXPECT(count == 2);
    size_t heaps = (size_t)atol(arguments[1]);
    struct state *last = forge_find_arena();
    struct state *first = last->next;
    char *space = forge_reserve(heaps);
    for (size_t index = 0; index < heaps; index++) {
        char *heap = space + index * heap_max_bytes;
        struct state *arena = (struct state *)(heap + info_bytes);
        char *top = heap + (info_bytes + sizeof *arena + 15) / 16 * 16;
        *(struct info *)heap = (struct info){arena, NULL, page_size, page_size};
        arena->top = (uintptr_t)top;
        arena->system_mem = arena->max_system_mem = page_size;
        ((uint64_t *)top)[1] = (uint64_t)(heap + page_size - top) | 1;
        last->next = arena;
        last = arena;
    }
    last->next = first;
    forge_wait();
}
