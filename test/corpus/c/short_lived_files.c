/* SPDX-License-Identifier: MIT */
/* Each name of a file that was deleted stays with the kernel, as an entry of its folder that is known not to exist. */
#include "ready.h"

#include <fcntl.h>

enum { files = 110000 };

int main(void) {
    char folder[] = "/var/tmp/offheap-corpus-XXXXXX";
    if (!mkdtemp(folder))
        return 1;
    for (int i = 0; i < files; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/a-name-that-is-too-long-to-lie-within-its-entry-%d.tmp", folder, i);
        int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        if (file < 0 || close(file) != 0 || unlink(path) != 0)
            return 1;
    }
    int status = ready();
    return rmdir(folder) != 0 || status;
}
