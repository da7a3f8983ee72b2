/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_VM_ARCHIVE_H
#define OFFHEAP_VM_ARCHIVE_H

#include "elf_file.h"

struct target;

enum { vm_archives_most = 4 };

/*
 * Archives of classes that are mapped (cds/filemap.hpp, *.jsa). Most of their pages are not present until somebody has
 * looked at them; what is in them of names is in their files.
 */
struct vm_archive {
    struct elf_file files[vm_archives_most];
    size_t count;
};

void vm_archive_open(const struct target *target, struct vm_archive *archive);
void vm_archive_close(struct vm_archive *archive);

/* Bytes as the file has them: what is written by the JVM is as it was at its start. False: not of an archive. */
bool vm_archive_read(const struct vm_archive *archive, uint64_t address, void *to, size_t bytes);

#endif
