/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_REMOTE_H
#define OFFHEAP_REMOTE_H

/*
 * Memory of another process: of one that lives, or of one that has left a core file. Of the living by
 * process_vm_readv(2), or by /proc/PID/mem where a seccomp filter forbids that: the process does not stop and is not
 * told. Reading a page that is not present makes the kernel put one there, in the other process: ask page_map.h first.
 */

#include "verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { remote_batch = 256 }; /* pieces a call; the kernel takes up to IOV_MAX, 1024 */

#ifdef __cplusplus
extern "C" {
#endif

struct core_file;

/* Whose memory is read. */
struct remote {
    pid_t pid;                    /* of a core file 0 */
    const struct core_file *core; /* NULL: the process lives */
};

struct remote_piece {
    uint64_t address;
    size_t bytes;
    void *to;
    bool is_read; /* out: all of its bytes are there */
};

/*
 * Reads the pieces in as few system calls as can be, at most remote_batch pieces each. A piece that cannot be read
 * (unmapped meanwhile, or not in the core file) is left unread and the others are read all the same. Fails only when
 * the process is gone or refuses.
 */
struct inspect_verdict remote_read_pieces(const struct remote *remote, struct remote_piece *pieces, size_t count);

/* One piece; false when it could not be read, for whichever reason. */
bool remote_read(const struct remote *remote, uint64_t address, void *to, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif
