/* SPDX-License-Identifier: MIT */
/* A file that is mapped privately and read: page cache. */
#include "ready.h"

#include <fcntl.h>

enum { bytes = 167 << 20, piece = 1 << 20 };

static char content[piece];

int main(void) {
    char path[] = "/var/tmp/offheap-corpus-XXXXXX";
    int file = mkstemp(path);
    if (file < 0 || unlink(path) != 0)
        return 1;
    for (int written = 0; written < bytes; written += piece) {
        if (write(file, content, piece) != piece)
            return 1;
    }
    const volatile char *map = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, file, 0);
    if (map == MAP_FAILED)
        return 1;
    size_t sum = 0;
    for (size_t at = 0; at < bytes; at += 4096)
        sum += (size_t)map[at];
    return ready(bytes) + (sum != 0);
}
