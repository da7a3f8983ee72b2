/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "memory_source.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

enum { not_open = -1 };

static int open_proc(int32_t pid, const char *file) {
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static void close_if_open(int descriptor) {
    if (descriptor != not_open) {
        (void)close(descriptor);
    }
}

bool memory_source_open(struct memory_source *source, int32_t pid, const char *cgroup_file) {
    source->pid = pid;
    source->hugetlb_bytes = 0;
    source->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    source->cgroup = cgroup_file == NULL ? not_open : open(cgroup_file, O_RDONLY | O_CLOEXEC);
    source->statm = open_proc(pid, "statm");
    return source->statm != not_open;
}

void memory_source_close(struct memory_source *source) {
    close_if_open(source->statm);
    close_if_open(source->cgroup);
}

bool memory_source_read_rss(const struct memory_source *source, uint64_t *rss_bytes) {
    bool is_alive = read_statm(source->statm, source->page_bytes, rss_bytes);
    *rss_bytes += is_alive ? source->hugetlb_bytes : 0;
    return is_alive;
}

bool read_smaps_of_process(int32_t pid, const struct address_range *ranges, size_t range_count,
                           struct smaps_sums *sums) {
    int descriptor = open_proc(pid, range_count > 0 ? "smaps" : "smaps_rollup");
    if (descriptor == not_open) {
        return false;
    }
    struct smaps_parser parser = {.ranges = ranges, .range_count = range_count};
    errno = 0;
    bool is_read = read_smaps(descriptor, &parser);
    *sums = parser.sums;
    int error = errno;
    (void)close(descriptor);
    errno = error;
    return is_read;
}

void memory_source_add_cgroup(const struct memory_source *source, struct sample *sample) {
    uint64_t usage_bytes = 0;
    if (source->cgroup != not_open && read_number(source->cgroup, &usage_bytes)) {
        sample->cgroup_bytes = (double)usage_bytes;
    }
}

void memory_source_add_details(struct memory_source *source, const struct address_range *ranges, size_t range_count,
                               struct sample *sample) {
    /* Opened anew each time: a descriptor of smaps keeps to the memory from before an execve(2). If the pid is another
     * process's by now, statm has nothing more to say. */
    struct smaps_sums sums;
    uint64_t rss_bytes = 0;
    if (read_smaps_of_process(source->pid, ranges, range_count, &sums) && memory_source_read_rss(source, &rss_bytes)) {
        source->hugetlb_bytes = sums.hugetlb_bytes;
        sample->exact_rss_bytes = (double)sums.rss_bytes;
        sample->anonymous_bytes = (double)sums.anonymous_bytes;
        sample->swap_bytes = (double)sums.swap_bytes;
        sample->ranges_rss_bytes = range_count > 0 ? (double)sums.rss_in_ranges_bytes : NAN;
    }
}
