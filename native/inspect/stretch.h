/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_STRETCH_H
#define OFFHEAP_STRETCH_H

/* A stretch of heap, in which one chunk follows the other. */

#include <stdint.h>

enum stretch_kind {
    stretch_brk,    /* main arena, by the program break */
    stretch_mapped, /* main arena, by mmap after brk had failed */
    stretch_arena,  /* a heap of another arena */
};

/*
 * How blocks that the program has freed are told from those in use (malloc/malloc.c 2.34 and later): the second word of
 * a block in a tcache is the process's tcache_key, and the first word of a block in a tcache or a fastbin is the next
 * one's address XOR the place's own, shifted (PROTECT_PTR).
 */
struct free_marks {
    uint64_t tcache_key; /* 0: not known, then no block is told */
    uint64_t low;        /* between these lie all heaps of the arenas of this kind */
    uint64_t high;
};

struct stretch {
    enum stretch_kind kind;
    uint64_t start; /* address of the first chunk */
    uint64_t end;
    uint64_t top;   /* the arena's top chunk when it is known to lie here, else 0 */
    uint32_t arena; /* index */
    struct free_marks marks;
};

#endif
