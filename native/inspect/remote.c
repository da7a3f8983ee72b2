/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "remote.h"

#include "core_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

/*
 * The same by /proc/PID/mem, a system call for each piece. The kernel asks for the same rights; but a container's
 * seccomp filter may refuse process_vm_readv by name, as Docker's default one does.
 */
static struct inspect_verdict read_by_file(pid_t pid, struct remote_piece *pieces, size_t count, int refused) {
    char path[32];
    (void)snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    int memory = open(path, O_RDONLY | O_CLOEXEC);
    if (memory < 0) {
        return inspect_failure("process_vm_readv", refused);
    }
    for (size_t index = 0; index < count; index++) {
        struct remote_piece *piece = &pieces[index];
        ssize_t bytes = pread(memory, piece->to, piece->bytes, (off_t)piece->address);
        piece->is_read = bytes >= 0 && (size_t)bytes == piece->bytes;
    }
    (void)close(memory);
    return inspect_good();
}

/*
 * One system call. The kernel stops at the first piece that it cannot read: *done is how many pieces are settled, the
 * unreadable one among them. pre: count is 1 to remote_batch
 */
static struct inspect_verdict read_some(pid_t pid, struct remote_piece *pieces, size_t count, size_t *done) {
    struct iovec local[remote_batch];
    struct iovec remote[remote_batch];
    size_t filled = 0;
    do {
        size_t index = filled++;
        local[index] = (struct iovec){pieces[index].to, pieces[index].bytes};
        /* An address of the other process, never followed here. */
        remote[index] = (struct iovec){(void *)(uintptr_t)pieces[index].address, pieces[index].bytes};
        pieces[index].is_read = false;
    } while (filled < count);
    *done = count;
    ssize_t bytes = process_vm_readv(pid, local, count, remote, count, 0);
    if (bytes < 0 && (errno == EPERM || errno == ENOSYS)) {
        return read_by_file(pid, pieces, count, errno);
    }
    if (bytes < 0 && errno != EFAULT) {
        return inspect_failure("process_vm_readv", errno);
    }
    size_t left = bytes < 0 ? 0 : (size_t)bytes;
    size_t index = 0;
    while (index < count && left >= pieces[index].bytes) {
        left -= pieces[index].bytes;
        pieces[index++].is_read = true;
    }
    *done = index < count ? index + 1 : count;
    return inspect_good();
}

static struct inspect_verdict read_of_core(const struct core_file *core, struct remote_piece *pieces, size_t count) {
    for (size_t index = 0; index < count; index++) {
        struct remote_piece *piece = &pieces[index];
        piece->is_read = core_file_read(core, piece->address, piece->to, piece->bytes);
    }
    return inspect_good();
}

struct inspect_verdict remote_read_pieces(const struct remote *remote, struct remote_piece *pieces, size_t count) {
    if (remote->core != NULL) {
        return read_of_core(remote->core, pieces, count);
    }
    for (size_t index = 0; index < count;) {
        size_t batch = count - index < remote_batch ? count - index : (size_t)remote_batch;
        size_t done = 0;
        struct inspect_verdict verdict = read_some(remote->pid, pieces + index, batch, &done);
        if (verdict.status != inspect_ok) {
            return verdict;
        }
        index += done;
    }
    return inspect_good();
}

bool remote_read(const struct remote *remote, uint64_t address, void *to, size_t bytes) {
    struct remote_piece piece = {address, bytes, to, false};
    return remote_read_pieces(remote, &piece, 1).status == inspect_ok && piece.is_read;
}
