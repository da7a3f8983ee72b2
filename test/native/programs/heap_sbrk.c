/* Keeps 601 blocks, takes 200 MB by sbrk and fills them with what may look like chunks, keeps 709 other blocks behind
 * them and frees every second of these; says "ready", then calls malloc_trim for each byte of stdin. */
#define _GNU_SOURCE
#include "expect.h"
#include <stdint.h>

enum { before = 601, behind = 709, before_bytes = 4999, behind_bytes = 7001, own_bytes = 200 << 20 };

int main(void) {
    static char *blocks[before + behind];
    for (int index = 0; index < before; index++)
        EXPECT((blocks[index] = malloc(before_bytes)) != NULL);
    uint64_t *own = sbrk(own_bytes);
    EXPECT(own != (void *)-1);
    for (size_t index = 0; index < own_bytes / sizeof *own; index++)
        own[index] = index % 512 < 2 ? 0x31 : (uint64_t)(uintptr_t)own + index;
    for (int index = before; index < before + behind; index++)
        EXPECT((blocks[index] = malloc(behind_bytes)) != NULL && memset(blocks[index], 1, behind_bytes));
    for (int index = before; index < before + behind; index += 2)
        free(blocks[index]);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;)
        EXPECT(malloc_trim(0) >= 0 && write(STDOUT_FILENO, "trimmed\n", 8) == 8);
}
