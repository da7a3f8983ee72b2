/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_COUNTER_READER_H
#define OFFHEAP_COUNTER_READER_H

/*
 * Reads counter pages that others wrote: nothing in them is believed before it is checked. Works on memory alone, makes
 * no system call and reads nothing outside of the memory given. When that memory is a file, somebody may cut it
 * meanwhile: see fault_guard.h.
 */

#include "counter_page.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum counter_status {
    counter_ok,
    counter_unsettled, /* numbers were read, but a thread was ending at every try: it may be in them twice or not at all
                        */
    counter_not_ready, /* the writer has not filled the page yet, or died before it had */
    counter_truncated, /* expected and found: bytes */
    counter_foreign,   /* not a counter page */
    counter_version,   /* expected and found: versions */
    counter_invalid,   /* `what` is not what this version has: expected and found */
    counter_system_error, /* `what` failed; found: errno */
};

struct counter_verdict {
    enum counter_status status;
    const char *what; /* what was looked at; a constant string */
    uint64_t expected;
    uint64_t found;
};

struct counter_info {
    int32_t pid;
    uint64_t created_ticks;
    int64_t created_unix_ms;
    bool is_preceded;                                                   /* another malloc comes before the writer's */
    char writer[sizeof(((struct counter_page_header *)0)->writer) + 1]; /* NUL-terminated, printable ASCII */
};

struct counter_thread {
    uint32_t tid;
    char name[17]; /* NUL-terminated; any bytes before it */
    int64_t cells[counter_cell_count];
};

/* The name that JavaScript knows a status by. */
const char *counter_status_name(enum counter_status status);

/* Whether `bytes` of memory are a page that the functions below can read. Alignment: that of struct counter_page. */
struct counter_verdict counter_check(const void *memory, size_t bytes);

/* pre of all: counter_check() said counter_ok of this memory */

void counter_read_info(const struct counter_page *page, struct counter_info *info);

/*
 * Again before each reading: a file may have been cut and grown, or overwritten, since counter_check() saw it. *slots
 * is how many slots may be in use, at most counter_slot_count.
 */
struct counter_verdict counter_recheck(const struct counter_page *page, uint32_t *slots);

/* The process's values, index by enum counter_index. Rechecks the page. */
struct counter_verdict counter_read_sum(const struct counter_page *page, int64_t sum[counter_cell_count]);

/*
 * What one cell alone holds: cheap enough for every sample, however many threads. Rechecks the page. pre: a field that
 * is not derived (counter_sum.h), such as live bytes
 */
struct counter_verdict counter_read_cell(const struct counter_page *page, unsigned cell, int64_t *value);

/* One slot; false when it is free. pre: index < *slots of counter_recheck() */
bool counter_read_thread(const struct counter_page *page, uint32_t index, struct counter_thread *thread);

#ifdef __cplusplus
}
#endif

#endif
