/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_READ_AHEAD_H
#define OFFHEAP_READ_AHEAD_H

/*
 * Buffers for another process's memory: a thread reads into some while another is looked at. The thread is begun when
 * there is work for two. On a busy machine, or where there is no thread to be had, nobody waits for it: what it has not
 * begun to read is read by the one that needs it.
 */

#include "../inspect/remote.h"

enum {
    read_buffer_bytes = 512 << 10,
    read_buffers = 8, /* all of them stay in the processor's last cache while they are looked at */
};

/* What is read at once. The pieces point into `buffer`. */
struct read_batch {
    struct remote_piece pieces[remote_batch];
    size_t count;
    struct inspect_verdict verdict;
    unsigned char *buffer;
};

struct read_ahead;

/* With so many buffers, read_buffers at most; by one nobody reads ahead. NULL: there is no memory. */
struct read_ahead *read_ahead_create(const struct remote *remote, unsigned buffers);
/* NULL is allowed. */
void read_ahead_destroy(struct read_ahead *ahead);

/* A batch to fill; NULL: all are in use. */
struct read_batch *read_ahead_next(struct read_ahead *ahead);
/* It is filled, and to be read. */
void read_ahead_start(struct read_ahead *ahead);
/* The oldest of those that are to be read, read; NULL: there is none. */
struct read_batch *read_ahead_wait(struct read_ahead *ahead);
/* It was looked at. */
void read_ahead_done(struct read_ahead *ahead);
/* Forgets what is to be read, and was. */
void read_ahead_clear(struct read_ahead *ahead);

#endif
