/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_REMOTE_H
#define OFFHEAP_REMOTE_H

/*
 * Memory of another process by process_vm_readv(2), or by /proc/PID/mem where a seccomp filter forbids that: the
 * process does not stop and is not told. Reading a page that is not present makes the kernel put one there, in the
 * other process: ask page_map.h first.
 */

#include "verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { remote_batch = 256 }; /* pieces a call; the kernel takes up to IOV_MAX, 1024 */

struct remote_piece {
    uint64_t address;
    size_t bytes;
    void *to;
    bool is_read; /* out: all of its bytes are there */
};

/*
 * Reads the pieces in as few system calls as can be, at most remote_batch pieces each. A piece that cannot be read
 * (unmapped meanwhile) is left unread and the others are read all the same. Fails only when the process is gone or
 * refuses.
 */
struct inspect_verdict remote_read_pieces(pid_t pid, struct remote_piece *pieces, size_t count);

/* One piece; false when it could not be read, for whichever reason. */
bool remote_read(pid_t pid, uint64_t address, void *to, size_t bytes);

#endif
