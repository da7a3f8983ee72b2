/* A main arena of some 590 pieces of a MiB, no two of which adjoin, most with more than 128 pages: 78,130 blocks.
 */
#define _GNU_SOURCE
#include "expect.h"

enum { gaps = 601, blocks_between = 130, each = 7919 };

int main(void) {
    free(malloc(1));
    EXPECT(mmap(sbrk(0), page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == sbrk(0));
    for (int gap = 0; gap < gaps; gap++) {
        for (int block = 0; block < blocks_between; block++)
            EXPECT(malloc(each) != NULL);
        EXPECT(mmap(NULL, page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    }
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        ;
}
