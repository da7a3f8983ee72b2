/* Frees every second of 20,000 blocks of 1,500 bytes: much is free, no page is. */
#define _GNU_SOURCE
#include "expect.h"

enum { blocks = 20000, each = 1500 };

int main(void) {
    static char *block[blocks];
    for (int index = 0; index < blocks; index++)
        EXPECT((block[index] = malloc(each)) != NULL && memset(block[index], 1, each));
    for (int index = 0; index < blocks; index += 2)
        free(block[index]);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        EXPECT(malloc_trim(0) >= 0 && write(STDOUT_FILENO, "trimmed\n", 8) == 8);
}
