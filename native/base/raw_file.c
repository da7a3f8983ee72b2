/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "raw_file.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

int raw_open(const char *path, int flags, mode_t mode) {
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int raw_close(int descriptor) {
    return (int)syscall(SYS_close, descriptor);
}

int raw_memfd(const char *name, unsigned flags) {
    return (int)syscall(SYS_memfd_create, name, flags);
}

ssize_t raw_write(int descriptor, const void *bytes, size_t size) {
    return syscall(SYS_write, descriptor, bytes, size);
}

ssize_t raw_pwrite(int descriptor, const void *bytes, size_t size, int64_t offset) {
    return syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}
