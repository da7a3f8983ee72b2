/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SAMPLE_RING_H
#define OFFHEAP_SAMPLE_RING_H

/*
 * Samples on their way from the sampling thread to the one that drains them: one producer, one consumer, no lock, so
 * that neither ever waits for the other. A sample that finds no room is dropped and counted.
 */

#include "memory_sample.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 80 s at 200 Hz, 16 s at 1 kHz: for so long JavaScript may be busy elsewhere. A power of two. */
#define sample_ring_capacity ((size_t)16384)

struct sample_ring {
    _Alignas(64) _Atomic(size_t) written; /* both only grow; the difference is what is in the ring */
    _Alignas(64) _Atomic(size_t) drained;
    _Atomic(uint64_t) dropped;
    struct sample samples[sample_ring_capacity];
};

/* By the producer. */
void sample_ring_put(struct sample_ring *ring, const struct sample *sample);

/* By the consumer: moves at most `count` samples to `to`, oldest first, and returns how many. */
size_t sample_ring_drain(struct sample_ring *ring, struct sample *to, size_t count);

#endif
