/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_TARGET_H
#define OFFHEAP_TARGET_H

/* The process that is looked at, alive or as a core file has it: what every step needs. */

#include "page_map.h"
#include "proc_maps.h"
#include "remote.h"

struct target {
    struct remote memory;      /* by the process's own pid, or a living thread's where its first thread has ended */
    pid_t tgid;                /* the process's; 0 of a core file */
    uint64_t start_ticks;      /* of `memory.pid`: another process with the same number has another */
    uint64_t tgid_start_ticks; /* the same of `tgid` */
    struct proc_maps maps;
    struct page_map pages;
    const struct deadline *deadline; /* of all that is read of it; NULL: none */
};

/*
 * Of a process, by its number, or of a core file, which stays open as long. Refuses what has no memory to look at. On
 * failure there is nothing to close.
 */
struct inspect_verdict target_open_of(const struct remote *whose, const struct deadline *deadline,
                                      struct target *target);
struct inspect_verdict target_open(pid_t tgid, const struct deadline *deadline, struct target *target);
void target_close(struct target *target);

/* inspect_gone when it has ended or became another. */
struct inspect_verdict target_check(const struct target *target);

/* Whether the thread by which its memory is read has ended meanwhile, and another one lives. */
bool target_has_lost_thread(const struct target *target);

/* remote_read() of bytes whose pages are present; false also when one is not. */
bool target_read(const struct target *target, uint64_t address, void *to, size_t bytes);

/* remote_read() of a range whose absent pages read as zeros. */
bool target_read_sparse(const struct target *target, uint64_t address, void *to, size_t bytes);

#endif
