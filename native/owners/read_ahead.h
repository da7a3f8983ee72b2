/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_READ_AHEAD_H
#define OFFHEAP_READ_AHEAD_H

/*
 * Two buffers for another process's memory: a thread reads into one while the other is looked at. The thread is begun
 * when it is first needed; where there is none, reading takes place in read_ahead_wait().
 */

#include "../inspect/remote.h"

enum { read_buffer_bytes = 2 << 20 }; /* both stay in the processor's last cache while they are looked at */

struct read_ahead;

/* NULL: there is no memory. */
struct read_ahead *read_ahead_create(pid_t pid);
void read_ahead_destroy(struct read_ahead *ahead);

/* What is to be read next. `pieces` has room for remote_batch of them; they point into `buffer`. */
struct read_batch {
    struct remote_piece pieces[remote_batch];
    size_t count;
    struct inspect_verdict verdict;
    unsigned char *buffer;
};

/* The batch that is to be filled and begun next; it is not the one that is being read. */
struct read_batch *read_ahead_next(struct read_ahead *ahead);
/* Begins to read it. `is_alone`: there is nothing else to do meanwhile, and no thread is worth it. */
void read_ahead_start(struct read_ahead *ahead, bool is_alone);
/* The batch that was begun, read. pre: one was begun */
struct read_batch *read_ahead_wait(struct read_ahead *ahead);

#endif
