/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MAPPED_FILE_H
#define OFFHEAP_MAPPED_FILE_H

/* Files that a process has mapped, alive or as its core file lists them, and how to open them. */

#include "../../inspect/target.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { mapped_path_bytes = 4096 };

struct mapped_file {
    uint64_t start;
    uint64_t end;
    uint64_t offset;
    uint64_t inode;               /* of a core file's 0 */
    char path[mapped_path_bytes]; /* as maps(5) or NT_FILE tells it */
};

/* False: that is enough. */
typedef bool take_mapped_file(void *to, const struct mapped_file *file);

/* Each mapping of a file, in order of address, until one is enough or the target's deadline is over. */
void mapped_file_each(const struct target *target, take_mapped_file *take, void *to);

/* What was opened. Of a living process it is that file, or the one at that path below its root. */
enum mapped_file_is {
    mapped_file_same,
    mapped_file_unchecked, /* of a core file which has not the file's beginning: nobody knows */
    mapped_file_absent,    /* there is none here, or it may not be opened */
    mapped_file_other,     /* the one here is of another build; it is not open */
};

/*
 * A descriptor of a regular file; -1: it cannot be opened. Of a core file, the one of that path on this machine, below
 * core_file.root. `must_be_same`: nothing but the very file of a living process will do.
 */
int mapped_file_open(const struct target *target, const struct mapped_file *file, bool must_be_same,
                     enum mapped_file_is *is);

/* Whether its path ends in that, or did before it was deleted. */
bool mapped_file_is(const struct mapped_file *file, const char *end);

#endif
