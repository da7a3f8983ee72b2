/*
 * 500,009 blocks of 100 bytes in the main arena, and 251 of 300,000 bytes between them, which hold what looks like
 * chunks. Every seventh of the small ones is freed. Says "ready"; for each byte of stdin it trims and says "trimmed".
 */
#define _GNU_SOURCE
#include "expect.h"
#include <malloc.h>
#include <stdint.h>
#include <string.h>

enum { blocks = 500009, each = 100, forged_every = 2000, forged_bytes = 300000, freed_every = 7, forged_chunk = 48 };
static char *block[blocks];

static void forge(char *at) {
    const uint64_t word = forged_chunk | 1;
    memset(at, 0, forged_bytes);
    for (size_t offset = 8; offset + forged_chunk <= forged_bytes; offset += forged_chunk)
        memcpy(at + offset, &word, sizeof word);
}

int main(void) {
    EXPECT(mallopt(M_MMAP_THRESHOLD, 1 << 25) == 1 && mallopt(M_TRIM_THRESHOLD, 1 << 30) == 1);
    EXPECT(mallopt(M_MXFAST, 0) == 1);
    for (int index = 0; index < blocks; index++) {
        EXPECT((block[index] = malloc(each)) != NULL);
        if (index % forged_every == 0) {
            char *forged = malloc(forged_bytes);
            EXPECT(forged != NULL);
            forge(forged);
        }
    }
    for (int index = 0; index < blocks; index += freed_every)
        free(block[index]);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (char byte; read(STDIN_FILENO, &byte, 1) == 1;) {
        (void)malloc_trim(0);
        EXPECT(write(STDOUT_FILENO, "trimmed\n", 8) == 8);
    }
    return 0;
}
