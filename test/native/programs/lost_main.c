/*
 * With hugetlb=2 the kernel merges the main arena's memory with a block before it, and the arena says that it has more
 * bytes from the system than there are: its memory is not to be found.
 */
#define _GNU_SOURCE
#include "forge.h"

int main(void) {
    char *before;
    EXPECT(malloc(page_prime) != NULL && (before = malloc(prime)) != NULL && memset(before, 1, prime) != NULL);
    struct state *main_arena = forge_find_arena()->next;
    main_arena->system_mem = main_arena->max_system_mem = (uint64_t)prime * page_size;
    forge_wait();
}
