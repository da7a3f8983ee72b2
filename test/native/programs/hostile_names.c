/* SPDX-License-Identifier: MIT */
/* A thread, and the file that it maps, by the names that the second and first argument are; says so and waits for a
 * signal. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "expect.h"

enum { bytes = 8 << 20 };

int main(int count, char **arguments) {
    EXPECT(count == 3);
    int file = open(arguments[1], O_RDWR | O_CREAT, 0600);
    EXPECT(file >= 0);
    EXPECT(ftruncate(file, bytes) == 0);
    char *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    EXPECT(mapped != MAP_FAILED);
    for (size_t at = 0; at < bytes; at += 4096)
        mapped[at] = 1;
    EXPECT(prctl(PR_SET_NAME, arguments[2]) == 0);
    void *volatile block = malloc(4 << 20);
    EXPECT(block);
    memset(block, 1, 4 << 20);
    EXPECT(write(STDOUT_FILENO, "ready\n", 6) == 6);
    for (;;)
        pause();
}
