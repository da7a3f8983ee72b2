/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE // Not _GNU_SOURCE: newer glibc then gives sscanf and strtoull names that older ones lack.
#include "mapped_file.h"

#include "../../inspect/core_file.h"
#include "build_id.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { head_bytes = 4096 };
static const uint64_t any_inode = UINT64_MAX;
static const char deleted[] = " (deleted)";

static bool was_deleted(const struct mapped_file *file) {
    size_t length = strlen(file->path);
    size_t suffix = sizeof deleted - 1;
    return length > suffix && strcmp(file->path + length - suffix, deleted) == 0;
}

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

static void each_of_living(const struct target *target, take_mapped_file *take, void *to, struct mapped_file *file) {
    char path[64];
    char *line = NULL;
    size_t capacity = 0;
    bool is_enough = false;
    (void)snprintf(path, sizeof path, "/proc/%ld/maps", (long)target->memory.pid);
    FILE *maps = fopen(path, "re");
    for (uint64_t round = 0; maps != NULL && !is_enough && round < mapping_limit; round++) {
        if (deadline_is_over_at(target->deadline, round) || getline(&line, &capacity, maps) <= 0) {
            break;
        }
        line[strcspn(line, "\n")] = '\0';
        is_enough = parse(line, file) && !take(to, file);
    }
    if (maps != NULL) {
        (void)fclose(maps);
    }
    free(line);
}

static void each_of_core(const struct core_file *core, take_mapped_file *take, void *to, struct mapped_file *file) {
    bool is_enough = false;
    for (size_t index = 0; index < core->name_count && !is_enough; index++) {
        const struct core_name *name = &core->names[index];
        file->start = name->start;
        file->end = name->end;
        file->offset = name->offset;
        file->inode = 0;
        int length = snprintf(file->path, sizeof file->path, "%s", name->path);
        is_enough = name->path[0] == '/' && (size_t)length < sizeof file->path && !take(to, file);
    }
}

void mapped_file_each(const struct target *target, take_mapped_file *take, void *to) {
    struct mapped_file *file = malloc(sizeof *file);
    if (file == NULL) {
        return;
    }
    if (target->memory.core == NULL) {
        each_of_living(target, take, to, file);
    } else {
        each_of_core(target->memory.core, take, to, file);
    }
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
 * another mount namespace; or as the program that it runs. An overlay may tell another inode.
 */
static int open_of_living(pid_t pid, const struct mapped_file *file, bool must_be_same) {
    char path[mapped_path_bytes + 64];
    (void)snprintf(path, sizeof path, "/proc/%ld/map_files/%" PRIx64 "-%" PRIx64, (long)pid, file->start, file->end);
    int descriptor = open_regular(path, any_inode);
    (void)snprintf(path, sizeof path, "/proc/%ld/exe", (long)pid);
    descriptor = descriptor < 0 ? open_regular(path, file->inode) : descriptor;
    (void)snprintf(path, sizeof path, "/proc/%ld/root%s", (long)pid, file->path);
    descriptor = descriptor < 0 ? open_regular(path, file->inode) : descriptor;
    descriptor = descriptor < 0 ? open_regular(file->path, file->inode) : descriptor;
    return descriptor < 0 && !must_be_same ? open_regular(path, any_inode) : descriptor;
}

/* How the file began that the process had mapped. False: that is not in the core. */
static bool read_beginning(const struct core_file *core, const char *path, unsigned char *head) {
    for (size_t index = 0; index < core->name_count; index++) {
        const struct core_name *name = &core->names[index];
        if (name->offset == 0 && strcmp(name->path, path) == 0) {
            return core_file_read(core, name->start, head, head_bytes);
        }
    }
    return false;
}

static enum mapped_file_is compare(const struct core_file *core, const struct mapped_file *file, int descriptor) {
    unsigned char theirs[head_bytes];
    unsigned char ours[head_bytes] = {0};
    if (!read_beginning(core, file->path, theirs)) {
        /* One that has taken the place of another is another. */
        return was_deleted(file) ? mapped_file_other : mapped_file_unchecked;
    }
    ssize_t got = pread(descriptor, ours, sizeof ours, 0);
    return got > 0 && build_id_is_same(theirs, ours, sizeof ours) ? mapped_file_same : mapped_file_other;
}

static int open_of_core(const struct core_file *core, const struct mapped_file *file, enum mapped_file_is *is) {
    char path[2 * mapped_path_bytes];
    int length = (int)strlen(file->path) - (int)(was_deleted(file) ? sizeof deleted - 1 : 0);
    *is = mapped_file_absent;
    int made = core->root == NULL ? -1 : snprintf(path, sizeof path, "%s%.*s", core->root, length, file->path);
    int descriptor = made < 0 || (size_t)made >= sizeof path ? -1 : open_regular(path, any_inode);
    if (descriptor >= 0) {
        *is = compare(core, file, descriptor);
    }
    if (*is == mapped_file_other) {
        (void)close(descriptor);
        descriptor = -1;
    }
    return descriptor;
}

int mapped_file_open(const struct target *target, const struct mapped_file *file, bool must_be_same,
                     enum mapped_file_is *is) {
    if (target->memory.core != NULL) {
        return open_of_core(target->memory.core, file, is);
    }
    int descriptor = open_of_living(target->memory.pid, file, must_be_same);
    *is = descriptor < 0 ? mapped_file_absent : mapped_file_same;
    return descriptor;
}

bool mapped_file_is(const struct mapped_file *file, const char *end) {
    size_t length = strlen(file->path);
    length -= was_deleted(file) ? sizeof deleted - 1 : 0;
    return length > strlen(end) && memcmp(file->path + length - strlen(end), end, strlen(end)) == 0;
}
