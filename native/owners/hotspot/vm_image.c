/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "vm_image.h"

#include "elf_file.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { path_bytes = 4096, lines_most = 1 << 21 };
static const uint64_t any_inode = UINT64_MAX;

/* The mapping of a file's beginning. */
struct found {
    uint64_t start;
    uint64_t end;
    uint64_t inode;
    char path[path_bytes];
};

static bool is_libjvm(const char *path) {
    const char *name = strrchr(path, '/');
    return name != NULL && (strcmp(name, "/libjvm.so") == 0 || strcmp(name, "/libjvm.so (deleted)") == 0);
}

static bool find_mapping(pid_t pid, struct found *found) {
    char path[64];
    char *line = NULL;
    size_t capacity = 0;
    bool is_found = false;
    (void)snprintf(path, sizeof path, "/proc/%ld/maps", (long)pid);
    FILE *maps = fopen(path, "re");
    if (maps == NULL) {
        return false;
    }
    for (unsigned round = 0; !is_found && round < lines_most && getline(&line, &capacity, maps) > 0; round++) {
        uint64_t offset;
        int path_at = 0;
        line[strcspn(line, "\n")] = '\0';
        is_found = sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %" SCNu64 " %n", &found->start,
                          &found->end, &offset, &found->inode, &path_at) == 4 &&
                   path_at > 0 && offset == 0 && is_libjvm(line + path_at) && strlen(line + path_at) < path_bytes;
        if (is_found) {
            (void)snprintf(found->path, sizeof found->path, "%s", line + path_at);
        }
    }
    free(line);
    (void)fclose(maps);
    return is_found;
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
static int open_file(pid_t pid, const struct found *found) {
    char mapped[path_bytes];
    char below_root[path_bytes + 64];
    (void)snprintf(mapped, sizeof mapped, "/proc/%ld/map_files/%" PRIx64 "-%" PRIx64, (long)pid, found->start,
                   found->end);
    (void)snprintf(below_root, sizeof below_root, "/proc/%ld/root%s", (long)pid, found->path);
    int descriptor = open_regular(mapped, any_inode);
    descriptor = descriptor < 0 ? open_regular(below_root, found->inode) : descriptor;
    descriptor = descriptor < 0 ? open_regular(found->path, found->inode) : descriptor;
    return descriptor < 0 ? open_regular(below_root, any_inode) : descriptor;
}

bool vm_image_open(pid_t pid, struct elf_file *image) {
    struct found *found = malloc(sizeof *found);
    memset(image, 0, sizeof *image);
    image->descriptor = -1;
    if (found != NULL && find_mapping(pid, found)) {
        image->descriptor = open_file(pid, found);
    }
    bool is_good = image->descriptor >= 0 && elf_file_segments(image, found->start);
    free(found);
    if (!is_good) {
        vm_image_close(image);
    }
    return is_good;
}

void vm_image_close(struct elf_file *image) {
    if (image->descriptor >= 0) {
        (void)close(image->descriptor);
    }
    image->descriptor = -1;
}
