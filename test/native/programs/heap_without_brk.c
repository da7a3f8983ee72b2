/* A page behind the heap keeps brk from growing: main goes on by mmap. Keeps 900 blocks, frees 100 in a row of them. */
#define _GNU_SOURCE
#include "expect.h"

enum { blocks = 1000, each = 20011, first_freed = 400, freed = 100 };

int main(void) {
    static char *block[blocks];
    free(malloc(1));
    EXPECT(mmap(sbrk(0), page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == sbrk(0));
    for (int index = 0; index < blocks; index++)
        EXPECT((block[index] = malloc(each)) != NULL && memset(block[index], 1, each));
    for (int index = first_freed; index < first_freed + freed; index++)
        free(block[index]);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        EXPECT(malloc_trim(0) >= 0 && write(STDOUT_FILENO, "trimmed\n", 8) == 8);
}
