/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MEMORY_SOURCE_H
#define OFFHEAP_MEMORY_SOURCE_H

/* Where the samples of one process come from. Its statm stays open: it keeps to the process when the pid is reused. */

#include "memory_sample.h"
#include "proc_memory.h"

#ifdef __cplusplus
extern "C" {
#endif

struct memory_source {
    int32_t pid;
    uint64_t page_bytes;
    int statm;
    int cgroup;             /* -1: none */
    uint64_t hugetlb_bytes; /* on pages of hugetlbfs, at the last details; 0 before */
};

/* False and errno when the process cannot be watched; memory_source_close() is right then too. `cgroup_file` may be
 * NULL. */
bool memory_source_open(struct memory_source *source, int32_t pid, const char *cgroup_file);
void memory_source_close(struct memory_source *source);

/* RSS from statm, and what the last details had on pages of hugetlbfs, which statm lacks: microseconds. False when the
 * process has ended. */
bool memory_source_read_rss(const struct memory_source *source, uint64_t *rss_bytes);

/* Fills in the usage of the cgroup, if that can be read: microseconds. */
void memory_source_add_cgroup(const struct memory_source *source, struct sample *sample);

/*
 * Fills the details that can be read of the process. Takes as long as the kernel needs to walk the page tables: some
 * 0.5 ms for smaps_rollup and more for smaps, which is read when there are ranges.
 */
void memory_source_add_details(struct memory_source *source, const struct address_range *ranges, size_t range_count,
                               struct sample *sample);

/*
 * Reads /proc/PID/smaps, or smaps_rollup when there are no ranges, into *sums. False and errno when the process is gone
 * or another user's; errno 0 when it ended meanwhile.
 */
bool read_smaps_of_process(int32_t pid, const struct address_range *ranges, size_t range_count,
                           struct smaps_sums *sums);

#ifdef __cplusplus
}
#endif

#endif
