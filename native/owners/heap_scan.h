/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HEAP_SCAN_H
#define OFFHEAP_HEAP_SCAN_H

/* The Java heap from its first object to its last, piece by piece, and in which object a word of it lies. */

#include "hotspot/hotspot.h"
#include "stream.h"

struct heap_scan;

struct heap_window {
    const unsigned char *data;
    uint64_t from;
    size_t bytes;
    bool is_late; /* came to be used while the heap was read: what is there may have been read elsewhere before */
    struct heap_scan *scan;
    struct hotspot_finder finder;
};

/* What becomes of one piece. False: that is enough. */
typedef bool take_window(void *to, struct heap_window *window);

struct heap_sums {
    uint64_t used_bytes; /* of the parts that have objects */
    uint64_t read_bytes; /* what of them is present */
    uint64_t missed_bytes;
};

/* inspect_deadline when the target's time is over. *sums are of what was read until then. */
struct inspect_verdict heap_scan_all(const struct target *target, struct hotspot *vm, take_window *take, void *to,
                                     struct heap_sums *sums);

/*
 * And once more what has come to be used meanwhile, where the collector moves objects at any time (ZGC): an object may
 * go from a page that was not read yet to one that was not in use yet.
 */
struct inspect_verdict heap_scan_moving(const struct target *target, struct hotspot *vm, take_window *take, void *to,
                                        struct heap_sums *sums);

/*
 * The object that has the word at `hit`, which may have begun in an earlier piece. False: none that lives. pre: hits
 * ascend
 */
bool heap_window_object(struct heap_window *window, uint64_t hit, struct hotspot_object *object);

#endif
