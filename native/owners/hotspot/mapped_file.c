/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "mapped_file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { lines_most = 1 << 21 };
static const uint64_t any_inode = UINT64_MAX;
static const char deleted[] = " (deleted)";

static bool parse(const char *line, struct mapped_file *file) {
    int path_at = 0;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %" SCNu64 " %n", &file->start, &file->end,
               &file->offset, &file->inode, &path_at) < 4 ||
        path_at == 0 || line[path_at] != '/') {
        return false;
    }
    int length = snprintf(file->path, sizeof file->path, "%s", line + path_at);
    return length > 0 && (size_t)length < sizeof file->path;
}

void mapped_file_each(pid_t pid, take_mapped_file *take, void *to) {
    char path[64];
    char *line = NULL;
    size_t capacity = 0;
    bool is_enough = false;
    struct mapped_file *file = malloc(sizeof *file);
    (void)snprintf(path, sizeof path, "/proc/%ld/maps", (long)pid);
    FILE *maps = fopen(path, "re");
    for (unsigned round = 0; file != NULL && maps != NULL && !is_enough && round < lines_most; round++) {
        if (getline(&line, &capacity, maps) <= 0) {
            break;
        }
        line[strcspn(line, "\n")] = '\0';
        is_enough = parse(line, file) && !take(to, file);
    }
    if (maps != NULL) {
        (void)fclose(maps);
    }
    free(line);
    free(file);
}

static int open_regular(const char *path, uint64_t inode) {
    struct stat stat;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor >= 0 && (fstat(descriptor, &stat) != 0 || !S_ISREG(stat.st_mode) ||
                            (inode != any_inode && (uint64_t)stat.st_ino != inode))) {
        (void)close(descriptor);
        descriptor = -1;
    }
    return descriptor;
}

/*
 * By the mapping, which is that very file, be it deleted; that takes CAP_CHECKPOINT_RESTORE. Else by its path, which
 * maps(5) tells as the reader would see it where the process has another root, and as the process does where that is in
 * another mount namespace. An overlay may tell another inode.
 */
int mapped_file_open(pid_t pid, const struct mapped_file *file) {
    char mapped[128];
    char below_root[mapped_path_bytes + 64];
    (void)snprintf(mapped, sizeof mapped, "/proc/%ld/map_files/%" PRIx64 "-%" PRIx64, (long)pid, file->start,
                   file->end);
    (void)snprintf(below_root, sizeof below_root, "/proc/%ld/root%s", (long)pid, file->path);
    int descriptor = open_regular(mapped, any_inode);
    descriptor = descriptor < 0 ? open_regular(below_root, file->inode) : descriptor;
    descriptor = descriptor < 0 ? open_regular(file->path, file->inode) : descriptor;
    return descriptor < 0 ? open_regular(below_root, any_inode) : descriptor;
}

bool mapped_file_is(const struct mapped_file *file, const char *end) {
    size_t length = strlen(file->path);
    size_t suffix = sizeof deleted - 1;
    if (length > suffix && strcmp(file->path + length - suffix, deleted) == 0) {
        length -= suffix;
    }
    return length > strlen(end) && memcmp(file->path + length - strlen(end), end, strlen(end)) == 0;
}
