/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SAMPLER_H
#define OFFHEAP_SAMPLER_H

/*
 * Watches the memory of one process at a fixed rate, on a thread of its own: nothing that JavaScript does delays a
 * sample, and a sample costs JavaScript nothing. Reads only /proc, cgroup files and the counter page; the process is
 * neither stopped nor changed. When it ends, the thread takes the counters once more, for they outlive it, and ends
 * too.
 */

#include "memory_sample.h"
#include "proc_memory.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sampler_options {
    int32_t pid;
    double interval_ms;        /* of RSS (statm) and live bytes; at least 1 */
    double detail_interval_ms; /* of smaps and the cgroup. Of smaps longer when reading it is slow: see sampler.c */
    double origin_ms;          /* what CLOCK_MONOTONIC, in ms, said at the time that counts as 0 */
    const char *cgroup_file;   /* memory.current or memory.usage_in_bytes; NULL: none. Copied */
};

struct sampler_status {
    uint64_t dropped;   /* samples that found the ring full */
    double cpu_ms;      /* processor time of the sampling thread so far */
    bool has_ended;     /* the process has, at ended_at_ms */
    double ended_at_ms; /* NaN while it runs. When it was noticed: up to one interval late */
};

struct sampler;

/*
 * Starts sampling at once. NULL, and errno: ESRCH or ENOENT when there is no such process, EACCES when it is another
 * user's, EAGAIN when there is no thread to be had, ENOMEM.
 */
struct sampler *sampler_start(const struct sampler_options *options);

/*
 * From the next sample on, live bytes come from `cell` of the counter page in this file. pre: cell <
 * counter_cell_count. May be called once; false when there is no readable page, or one is being watched.
 */
bool sampler_watch_counters(struct sampler *sampler, const char *path, unsigned cell);

/*
 * From the next detail on, smaps is read whole, for the part of RSS within these ranges. At most sampler_max_ranges of
 * them; false when there are more.
 */
#define sampler_max_ranges ((size_t)16)
bool sampler_watch_ranges(struct sampler *sampler, const struct address_range *ranges, size_t count);

/* Moves at most `count` samples to `to`, oldest first; from one thread at a time. A process that ends drops out of RSS:
 * its last sample has live bytes alone. */
size_t sampler_drain(struct sampler *sampler, struct sample *to, size_t count);

void sampler_read_status(struct sampler *sampler, struct sampler_status *status);

/* Ends the thread; returns when it has ended, a sample's duration later at most. Samples can still be drained. Again:
 * nothing. */
void sampler_stop(struct sampler *sampler);

/* Stops and frees. */
void sampler_free(struct sampler *sampler);

#ifdef __cplusplus
}
#endif

#endif
