/* SPDX-License-Identifier: MIT */
/* A memfd that several processes would share, as a message queue has. */
#include "ready.h"

enum { bytes = 167 << 20 };

int main(void) {
    int file = memfd_create("queue", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, bytes) != 0)
        return 1;
    char *queue = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (queue == MAP_FAILED)
        return 1;
    memset(queue, 1, bytes);
    return ready(bytes);
}
