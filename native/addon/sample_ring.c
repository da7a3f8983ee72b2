/* SPDX-License-Identifier: MIT */
#include "sample_ring.h"

#include <assert.h>

static_assert((sample_ring_capacity & (sample_ring_capacity - 1)) == 0, "an index is a remainder by masking");

void sample_ring_put(struct sample_ring *ring, const struct sample *sample) {
    size_t written = atomic_load_explicit(&ring->written, memory_order_relaxed);
    size_t drained = atomic_load_explicit(&ring->drained, memory_order_acquire);
    if (written - drained == sample_ring_capacity) {
        atomic_fetch_add_explicit(&ring->dropped, 1, memory_order_relaxed);
        return;
    }
    ring->samples[written & (sample_ring_capacity - 1)] = *sample;
    atomic_store_explicit(&ring->written, written + 1, memory_order_release);
}

size_t sample_ring_drain(struct sample_ring *ring, struct sample *to, size_t count) {
    size_t drained = atomic_load_explicit(&ring->drained, memory_order_relaxed);
    size_t written = atomic_load_explicit(&ring->written, memory_order_acquire);
    size_t moved = written - drained < count ? written - drained : count;
    for (size_t index = 0; index < moved; index++) {
        to[index] = ring->samples[(drained + index) & (sample_ring_capacity - 1)];
    }
    atomic_store_explicit(&ring->drained, drained + moved, memory_order_release);
    return moved;
}
