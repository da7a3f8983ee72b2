/* Blocks of their own mapping, with mappings of the program between and below them that the kernel merges with them;
 * says "ready" and waits. */
#define _GNU_SOURCE
#include "expect.h"
#include <sys/mman.h>

enum { blocks = 7, own_pages = 3 };

int main(void) {
    for (int index = 0; index < blocks; index++) {
        char *block = malloc((1 << 20) + index * 8192);
        EXPECT(block != NULL && memset(block, 1, 4096));
        char *own = mmap(NULL, own_pages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        EXPECT(own != MAP_FAILED && memset(own, 7, own_pages * 4096));
    }
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        EXPECT(write(STDOUT_FILENO, "trimmed\n", 8) == 8);
}
