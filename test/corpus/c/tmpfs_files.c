/* SPDX-License-Identifier: MIT */
/* Files on the tmpfs at /mnt, written and closed: they are in no process's RSS. */
#include "ready.h"

#include <fcntl.h>

enum { files = 4, fileBytes = 75 << 20, ownBytes = 89 << 20, writeBytes = 1 << 20 };

static char content[writeBytes];

static int write_file(const char *path) {
    int file = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return 1;
    for (int written = 0; written < fileBytes; written += writeBytes) {
        if (write(file, content, writeBytes) != writeBytes)
            return 1;
    }
    return close(file);
}

int main(void) {
    static const char *const paths[files] = {"/mnt/a", "/mnt/b", "/mnt/c", "/mnt/d"};
    for (int i = 0; i < files; i++) {
        if (write_file(paths[i]) != 0)
            return 1;
    }
    return touched_and_held(ownBytes) ? ready(0) : 1;
}
