/* Takes the addresses of what it calls: at a fixed address the program has stubs of these names. */
#include "expect.h"

int main(void) {
    void *(*volatile allocate)(size_t) = malloc;
    void *(*volatile resize)(void *, size_t) = realloc;
    void (*volatile give_back)(void *) = free;
    void *block = reallocarray(resize(allocate(prime), prime * 2), 3, prime);
    EXPECT(block != NULL);
    free_sized(block, (size_t)3 * prime);
    give_back(NULL);
}
