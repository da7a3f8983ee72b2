/* SPDX-License-Identifier: MIT */
/* Each name of a file that was deleted stays with the kernel, as an entry of its folder that is known not to exist.
 * As many as its cgroup (v1) needs for 66 MiB. */
#include "ready.h"

#include <fcntl.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>

enum { enoughBytes = 66 << 20, mostFiles = 1000000, filesBetweenLooks = 1000 };

static long usage_bytes(const char *path) {
    long bytes = 0;
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%ld", &bytes) != 1)
        return -1;
    fclose(file);
    return bytes;
}

/* When the kernel has freed what it frees some time later: the files themselves. */
static long settled_bytes(const char *path) {
    for (int period = 0; period < 3; period++)
        syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
    return usage_bytes(path);
}

static int find_usage(char *path, size_t size) {
    char line[512];
    FILE *file = fopen("/proc/self/cgroup", "r");
    while (file && fgets(line, sizeof line, file)) {
        char *group = strstr(line, ":memory:");
        if (!group)
            continue;
        group[strcspn(group, "\n")] = '\0';
        snprintf(path, size, "/sys/fs/cgroup/memory%s/memory.usage_in_bytes", group + strlen(":memory:"));
        return fclose(file);
    }
    return 1;
}

/* A name of 240 to 255 bytes, which does not lie within its entry: the kernel takes 512 bytes more for it. */
static int make_and_delete(int number) {
    char path[288];
    snprintf(path, sizeof path, "/var/tmp/offheap-corpus-%d-%0230d", getpid(), number);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    return file < 0 || close(file) != 0 || unlink(path) != 0;
}

int main(void) {
    char usage[640];
    if (find_usage(usage, sizeof usage) != 0)
        return 1;
    for (int i = 0; i < mostFiles; i++) {
        if (i % filesBetweenLooks == 0 && usage_bytes(usage) >= enoughBytes && settled_bytes(usage) >= enoughBytes)
            break;
        if (make_and_delete(i) != 0)
            return 1;
    }
    return ready(0);
}
