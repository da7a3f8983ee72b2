/* SPDX-License-Identifier: MIT */
#include "tcache_shape.h"

#include "chunk_size.h"

#include <string.h>

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

size_t tcache_shape_bytes(const struct tcache_shape *shape) {
    return shape->bins * (shape->width + sizeof(uint64_t));
}

void tcache_read(const struct tcache_shape *shape, const unsigned char *block, struct tcache *tcache) {
    *tcache = (struct tcache){.shape = *shape};
    const unsigned char *entries = block + (size_t)shape->bins * shape->width;
    for (unsigned bin = 0; bin < shape->bins; bin++) {
        memcpy(&tcache->counts[bin], block + (size_t)bin * shape->width, shape->width); /* little-endian */
        memcpy(&tcache->entries[bin], entries + bin * sizeof tcache->entries[bin], sizeof tcache->entries[bin]);
        if (shape->has_room_left && tcache->counts[bin] > tcache->empty) {
            tcache->empty = tcache->counts[bin];
        }
    }
}

bool tcache_is_bin(const struct tcache *tcache, unsigned bin) {
    bool is_empty = tcache->counts[bin] == tcache->empty;
    return (tcache->entries[bin] == 0) == is_empty && tcache->entries[bin] % chunk_align == 0;
}

bool tcache_may_be(const unsigned char *block, size_t bytes, uint64_t chunk_bytes) {
    const struct tcache_shape *shape = tcache_shape_of(chunk_bytes);
    if (shape == NULL) {
        return false;
    }
    if (bytes < tcache_shape_bytes(shape)) {
        return true;
    }
    const unsigned char *entries = block + (size_t)shape->bins * shape->width;
    for (unsigned bin = 0; bin < shape->bins; bin++) {
        uint64_t entry;
        memcpy(&entry, entries + bin * sizeof entry, sizeof entry);
        if (entry % chunk_align != 0) {
            return false; /* as most blocks of this size have it; reading all of it takes longer */
        }
    }
    struct tcache tcache;
    tcache_read(shape, block, &tcache);
    bool has_blocks = false;
    for (unsigned bin = 0; bin < shape->bins; bin++) {
        if (!tcache_is_bin(&tcache, bin)) {
            return false;
        }
        has_blocks |= tcache.entries[bin] != 0;
    }
    return has_blocks;
}
