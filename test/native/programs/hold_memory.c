/* hold_memory MIB BLOCK [helper]: touches so many MiB in blocks of so many bytes, and keeps them, in a child of its own
 * when there is a third argument. */
#include "expect.h"
#include <string.h>
#include <sys/wait.h>

static void hold(size_t bytes, size_t block_bytes) {
    for (size_t held = 0; held < bytes; held += block_bytes) {
        void *volatile block = malloc(block_bytes);
        EXPECT(block != NULL);
        memset(block, 1, block_bytes);
    }
}

int main(int count, char **arguments) {
    EXPECT(count >= 3);
    size_t bytes = strtoul(arguments[1], NULL, 10) << 20;
    size_t block_bytes = strtoul(arguments[2], NULL, 10);
    if (count == 3) {
        hold(bytes, block_bytes);
    } else if (fork() == 0) {
        hold(bytes, block_bytes);
        _exit(0);
    } else {
        wait(NULL);
    }
    return 0;
}
