/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FREE_PAGES_H
#define OFFHEAP_FREE_PAGES_H

/*
 * Resident pages that an allocator of another process keeps free, by its own records there: what it gives back when it
 * is told to. Read from outside, without an effect on the process.
 */

#include "../inspect/verdict.h"
#include "free_figures.h"

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum free_pages_allocator { free_pages_jemalloc, free_pages_tcmalloc, free_pages_mimalloc };

struct free_pages_options {
    enum free_pages_allocator allocator;
    uint64_t budget_ms; /* of processor time; four times as much may pass */
    const int32_t *cancelled;
    /* Of jemalloc and tcmalloc: what a page of it is, and where the zeroed data of the object lies that has it. */
    uint64_t page_bytes;
    uint64_t start;
    uint64_t end;
};

struct free_pages {
    struct free_extents extents;
    struct free_segments segments; /* mimalloc */
};

struct inspect_verdict free_pages_read(pid_t pid, const struct free_pages_options *options, struct free_pages *result);

#ifdef __cplusplus
}
#endif

#endif
