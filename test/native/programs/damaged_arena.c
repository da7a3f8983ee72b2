/* The bins of glibc's main arena are overwritten, as by a program that writes where it must not. */
#define _GNU_SOURCE
#include "forge.h"

int main(void) {
    EXPECT(malloc(page_prime) != NULL);
    struct state *main_arena = forge_find_arena()->next;
    memset(main_arena->bins, 0x5a, sizeof main_arena->bins);
    forge_wait();
}
