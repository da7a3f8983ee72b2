/*
 * forged_pieces N: a main arena that is said to go on by mmap, and so many mappings that begin as its pieces do; in
 * each a chunk ends behind the mapping, as if it had just grown.
 */
#define _GNU_SOURCE
#include "forge.h"

enum { chunks = 13 }; /* in a row: as many as are believed */

int main(int count, char **arguments) {
    EXPECT(count == 2);
    size_t pieces = (size_t)atol(arguments[1]);
    forge_find_arena()->next->flags |= noncontiguous;
    char *space = mmap(NULL, 2 * pieces * page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    EXPECT(space != MAP_FAILED);
    for (size_t index = 0; index < pieces; index++) {
        uint64_t *piece = (uint64_t *)(space + index * 2 * page_size);
        EXPECT(mprotect(piece, page_size, PROT_READ | PROT_WRITE) == 0);
        for (size_t chunk = 0; chunk < chunks; chunk++) {
            piece[chunk * 8 + 1] = 64 | 1;
        }
        piece[chunks * 8 + 1] = 2 * page_size | 1;
    }
    forge_wait();
}
