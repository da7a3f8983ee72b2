/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MEMORY_SAMPLE_H
#define OFFHEAP_MEMORY_SAMPLE_H

/* One look at the process. NaN: not read this time, or there was nothing to read. */
struct sample {
    double at_ms; /* since the sampler's origin */
    double rss_bytes;
    double live_bytes;
    /* Details, at a lower rate: from smaps or smaps_rollup, exact where statm lags by some pages per CPU. */
    double exact_rss_bytes;
    double anonymous_bytes;
    double swap_bytes;
    double ranges_rss_bytes; /* of the mappings that begin in the ranges watched */
    double cgroup_bytes;     /* usage of the memory cgroup, page cache included */
};

#define sample_doubles (sizeof(struct sample) / sizeof(double))

#endif
