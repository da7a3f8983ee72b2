/* SPDX-License-Identifier: MIT */
#include "tcache_shape.h"

/*
 * 16 bytes more where what is left of a chunk is too little for another, and once more from 2.43 on, where tcache_init
 * asks for the chunk's own size.
 */
enum { most_more = 32 };

static const struct tcache_shape shapes[] = {
    {0x250, tcache_small_bins, 1, false},
    {0x290, tcache_small_bins, 2, false},
    {0x300, tcache_all_bins, 2, true},
};

const struct tcache_shape *tcache_shape_of(uint64_t chunk_bytes) {
    for (size_t index = 0; index < sizeof shapes / sizeof *shapes; index++) {
        if (chunk_bytes >= shapes[index].chunk_bytes && chunk_bytes <= shapes[index].chunk_bytes + most_more) {
            return &shapes[index];
        }
    }
    return NULL;
}
