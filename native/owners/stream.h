/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_STREAM_H
#define OFFHEAP_STREAM_H

/*
 * The present memory of another process, in order and in large pieces. What is not present is passed over: reading it
 * would map it there. While one piece is looked at, a thread reads the next ones.
 */

#include "../inspect/target.h"

struct memory_range {
    uint64_t start;
    uint64_t end;
};

struct read_ahead;

struct stream {
    const struct target *target;
    struct read_ahead *ahead;
    struct page_bits bits;
    uint64_t read_bytes;   /* so far */
    uint64_t missed_bytes; /* present, and could not be read: unmapped meanwhile */
};

/* What becomes of one piece, of whole words. False: that is enough. */
typedef bool take_memory(void *to, const unsigned char *data, uint64_t from, size_t bytes);

/* False: there is no memory. */
bool stream_open(const struct target *target, struct stream *stream);
/* The same without a thread, where others that look at memory need the processors: it reads what comes next itself. */
bool stream_open_alone(const struct target *target, struct stream *stream);
void stream_close(struct stream *stream);

/* Reads the ranges, one after another. inspect_deadline when the target's time is over. */
struct inspect_verdict stream_read(struct stream *stream, const struct memory_range *ranges, size_t count,
                                   take_memory *take, void *to);

#endif
