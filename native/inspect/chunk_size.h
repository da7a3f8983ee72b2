/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CHUNK_SIZE_H
#define OFFHEAP_CHUNK_SIZE_H

/* Sizes of malloc's chunks, of every 64-bit glibc. */

enum {
    chunk_align = 16, /* MALLOC_ALIGNMENT */
    chunk_min = 32,   /* MINSIZE: a free chunk's four words */
};

#endif
