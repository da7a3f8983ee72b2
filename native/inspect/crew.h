/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CREW_H
#define OFFHEAP_CREW_H

/*
 * Threads that share a piece of work, as many as there are processors. What reads another process's memory and does
 * little with it is no faster by a thread that reads ahead: reading is processor time as well.
 */

#include <stddef.h>
#include <stdint.h>

enum { crew_limit = 8 };

/* How many threads have something to do in so many bytes of memory. */
size_t crew_size(uint64_t bytes);

/*
 * Calls work() with each of `count` members of `member_bytes`, the first one in the calling thread, and returns when
 * all are done. Where there is no thread to be had, a member is left out, and the others have to do its work: the first
 * one is never left out.
 */
void crew_run(void *members, size_t count, size_t member_bytes, void (*work)(void *member));

#endif
