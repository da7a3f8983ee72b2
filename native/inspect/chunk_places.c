/* SPDX-License-Identifier: MIT */
#include "chunk_places.h"

#include "chunk_header.h"

#include <string.h>

/* More in a row than the walk asks for where it has lost the chain: to be wrong here is to walk a part twice. */
enum { proof = 16 };

static bool is_in_fastbin(const struct stretch *stretch, uint64_t at) {
    size_t place = 0;
    return stretch->fastbins != NULL && address_set_has(stretch->fastbins, &place, at);
}

/* Whether `proof` chunks in a row begin here. *place: the last of them before which one is in use; 0: none is. */
static bool is_chain(const struct stretch *stretch, const unsigned char *data, uint64_t from, size_t bytes, uint64_t at,
                     uint64_t *place) {
    uint64_t before = 0; /* size of the chunk before */
    *place = 0;
    for (unsigned count = 0; count <= proof; count++) {
        struct chunk_header header;
        if (at + sizeof header > from + bytes) {
            return false;
        }
        memcpy(&header, data + (at - from), sizeof header);
        bool is_used = (header.word & chunk_prev_inuse) != 0;
        if (chunk_judge(stretch, at, &header) != chunk_plain ||
            (!is_used && before != 0 && header.prev_size != before)) {
            return false;
        }
        if (is_used && before != 0 && !is_in_fastbin(stretch, at - before)) {
            *place = at;
        }
        before = chunk_size(&header);
        at += before;
    }
    return true;
}

uint64_t chunk_place_find(const struct stretch *stretch, const unsigned char *data, uint64_t from, size_t bytes) {
    uint64_t place = 0;
    for (uint64_t at = from; at + chunk_header_bytes <= from + bytes; at += chunk_align) {
        if (is_chain(stretch, data, from, bytes, at, &place) && place != 0) {
            return place;
        }
    }
    return 0;
}
