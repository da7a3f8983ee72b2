/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_STRETCH_H
#define OFFHEAP_STRETCH_H

/* A stretch of heap, in which one chunk follows the other. */

#include "address_set.h"

enum stretch_kind {
    stretch_brk,    /* main arena, by the program break */
    stretch_mapped, /* main arena, by mmap after brk had failed */
    stretch_arena,  /* a heap of another arena */
};

struct stretch {
    enum stretch_kind kind;
    uint64_t start; /* address of the first chunk */
    uint64_t end;
    uint64_t top;                       /* the arena's top chunk when it is known to lie here, else 0 */
    uint64_t cut_bytes;                 /* the main arena's top is cut by multiples of it; 0: of a page */
    uint32_t arena;                     /* index */
    const struct address_set *fastbins; /* chunks that look in use and are in a fastbin; NULL: none */
};

#endif
