/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CHUNK_HEADER_H
#define OFFHEAP_CHUNK_HEADER_H

/* What one chunk's header can be, where it stands (malloc/malloc.c, struct malloc_chunk; the fenceposts of sysmalloc).
 */

#include "stretch.h"
#include "tally.h"

enum {
    chunk_header_bytes = 16,
    chunk_prev_inuse = 1,
    chunk_mmapped = 2,
    chunk_not_main = 4,
    /* A header, and what of the block behind it is looked at, where there is so much. */
    chunk_look_bytes = chunk_header_bytes + jvm_block_look,
};

enum chunk_judgement {
    chunk_bad,
    chunk_plain,
    chunk_fence, /* one of the two behind what was once a top */
    chunk_final, /* the last header of a stretch that has no top */
    chunk_top,
    chunk_too_long, /* it ends behind the stretch */
};

struct chunk_header {
    uint64_t prev_size;
    uint64_t word;
};

static inline uint64_t chunk_size(const struct chunk_header *header) {
    return header->word & ~UINT64_C(7);
}

/* Whether it can be the first of a piece that mmap gave the main arena: there is none before it. */
static inline bool chunk_begins_piece(const struct chunk_header *header) {
    return header->prev_size == 0 && (header->word & 7) == chunk_prev_inuse && chunk_size(header) >= chunk_min;
}

enum chunk_judgement chunk_judge(const struct stretch *stretch, uint64_t at, const struct chunk_header *header);

#endif
