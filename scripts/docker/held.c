/* A program that holds 1,009 blocks of 65,537 bytes of malloc, each touched, and stays. For a base that has no JVM. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { blocks = 1009, block_bytes = 65537 };
static void *held[blocks];

int main(void) {
    for (int i = 0; i < blocks; i++) {
        held[i] = malloc(block_bytes);
        if (held[i] == NULL)
            return 1;
        memset(held[i], 1, block_bytes);
    }
    puts("ready");
    fflush(stdout);
    for (;;)
        pause();
}
