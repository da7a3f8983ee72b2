/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_RAW_FILE_H
#define OFFHEAP_RAW_FILE_H

/*
 * libc's functions of these names are cancellation points, and a thread that is to be cancelled may be in a fork, which
 * is none. These are not. errno and results are those of libc's.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int raw_open(const char *path, int flags, mode_t mode);
int raw_close(int descriptor);
/* glibc has memfd_create(2) since 2.27. */
int raw_memfd(const char *name, unsigned flags);
ssize_t raw_write(int descriptor, const void *bytes, size_t size);
ssize_t raw_pwrite(int descriptor, const void *bytes, size_t size, int64_t offset);

#endif
