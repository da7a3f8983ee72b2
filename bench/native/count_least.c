/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "next_function.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The floor under whoever counts what the meter counts, in front of glibc: requested and live usable bytes and both
 * histograms, exact, by thread, and nothing else. No check that the block is glibc's or not a mapping of its own, no
 * peak, no name, no page that another process could read, no sum over threads.
 */

static void *(*next_malloc)(size_t size);
static void (*next_free)(void *block);

enum { buckets = 65 };

struct counts {
    uint64_t requested_bytes;
    uint64_t live_usable_bytes;
    uint64_t total_sizes[buckets];
    uint64_t live_sizes[buckets];
};
static THREAD_LOCAL struct counts counts;

EXPORT void *malloc(size_t size);
EXPORT void free(void *block);

/* Of a chunk of a heap, from the word before the block: native/meter/real_malloc.h. */
static inline size_t usable_bytes(const void *block) {
    return (((const size_t *)block)[-1] & ~(size_t)7) - sizeof(size_t);
}

static inline unsigned bucket_of(size_t usable) {
    return 64 - (unsigned)__builtin_clzll(usable);
}

EXPORT void *malloc(size_t size) {
    void *block = next_malloc(size);
    if (likely(block != NULL)) {
        size_t usable = usable_bytes(block);
        counts.requested_bytes += size;
        counts.live_usable_bytes += usable;
        counts.total_sizes[bucket_of(usable)]++;
    }
    return block;
}

EXPORT void free(void *block) {
    if (likely(block != NULL)) {
        size_t usable = usable_bytes(block);
        counts.live_usable_bytes -= usable;
        counts.live_sizes[bucket_of(usable)]--;
    }
    next_free(block);
}

/* Linked with -z initfirst: before anything else runs. */
__attribute__((constructor)) static void start(void) {
    resolve_next("malloc", &next_malloc);
    resolve_next("free", &next_free);
}
