/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_COUNTERS_H
#define OFFHEAP_COUNTERS_H

/*
 * Writer side of the counter page: what an allocator tells, for every call. No function here allocates, locks, does I/O
 * or changes errno, and each may be called at any time: before constructors, in a signal handler, while the thread or
 * the process ends.
 *
 * Exact in every case but two. A raw clone(2) or _Fork() without CLONE_VM skips the fork handlers: that child counts
 * into its parent's page. And what *other* threads count in the microseconds between the fork handler and the fork
 * itself is missing in the child's page.
 */

#include "counter_page.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Shares the page: called once, by the library's constructor, with the environment that it was given. Until then, and
 * when the page cannot be shared, counting goes on in private memory. `writer` must live as long as the process;
 * `is_preceded` says that another malloc comes before its own.
 *
 *   OFFHEAP_COUNTERS=off       do not share
 *   OFFHEAP_COUNTERS_DIR=DIR   a file DIR/PID-N.counters, which outlives the process. Unset: a memfd, gone with it
 *   OFFHEAP_VERBOSE=1          say on stderr why the page is not shared
 */
void counters_start(const char *writer, bool is_preceded, char *const *environment);

/* One call of an entry point: counter_calls_… */
void counters_call(enum counter_index field);

/* One more of any other counter: counter_failures_…, counter_map_failures, counter_unmap_failures. */
void counters_event(enum counter_index field);

/* A block came to be. `mapped` is the size of its pages. */
void counters_allocated(size_t requested, size_t mapped);

/* A block ceased to be. To be called before its memory is given back: another thread may get the address at once. */
void counters_released(size_t requested, size_t mapped);

/* A block has a new size. pre: it succeeded */
void counters_resized(size_t old_requested, size_t old_mapped, size_t requested, size_t mapped);

#endif
