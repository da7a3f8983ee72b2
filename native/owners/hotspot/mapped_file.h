/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MAPPED_FILE_H
#define OFFHEAP_MAPPED_FILE_H

/* Files that a process has mapped, and how to open them. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { mapped_path_bytes = 4096 };

struct mapped_file {
    uint64_t start;
    uint64_t end;
    uint64_t offset;
    uint64_t inode;
    char path[mapped_path_bytes]; /* as maps(5) tells it */
};

/* False: that is enough. */
typedef bool take_mapped_file(void *to, const struct mapped_file *file);

/* Each mapping of a file, in order of address, until one is enough. */
void mapped_file_each(pid_t pid, take_mapped_file *take, void *to);

/* A descriptor of a regular file; -1: it cannot be opened. */
int mapped_file_open(pid_t pid, const struct mapped_file *file);

/* Whether its path ends in that, or did before it was deleted. */
bool mapped_file_is(const struct mapped_file *file, const char *end);

#endif
