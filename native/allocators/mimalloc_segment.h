/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MIMALLOC_SEGMENT_H
#define OFFHEAP_MIMALLOC_SEGMENT_H

/* mi_segment_t and mi_page_t of mimalloc 2.0.9 without MI_SECURE and MI_DEBUG, 64-bit (include/mimalloc-types.h). */

#include <stdbool.h>
#include <stdint.h>

enum { mimalloc_slices = 512, mimalloc_mask_words = mimalloc_slices / 64, mimalloc_huge = 1 };
static const uint64_t mimalloc_slice_bytes = UINT64_C(1) << 16;
static const uint64_t mimalloc_segment_bytes = UINT64_C(1) << 25; /* and its alignment */

/* A span of slices: of a page, or free. Only its first slice says so. */
struct mimalloc_span {
    uint32_t slices;
    uint32_t offset; /* 0 in the first one */
    uint16_t flags;
    uint16_t capacity;
    uint16_t reserved;
    uint16_t more_flags;
    uint64_t free;
    uint32_t used;        /* blocks, those of thread_free among them */
    uint32_t block_bytes; /* 0 or 1: the span is free */
    uint64_t local_free;
    uint64_t thread_free; /* freed by other threads; two bits are flags */
    uint64_t heap;
    uint64_t next;
    uint64_t previous;
    uint64_t padding;
};

struct mimalloc_segment {
    uint64_t memory_id; /* 0: of the system, no arena's */
    uint8_t is_pinned;
    uint8_t is_large;
    uint8_t is_committed;
    uint64_t alignment;
    uint64_t align_offset;
    uint8_t allows_decommit;
    int64_t decommit_expire;
    uint64_t decommit_mask[mimalloc_mask_words]; /* a bit a slice: to be given back when it is time */
    uint64_t commit_mask[mimalloc_mask_words];
    uint64_t abandoned_next;
    uint64_t next;
    uint64_t abandoned; /* pages whose thread has ended */
    uint64_t abandoned_visits;
    uint64_t used;   /* pages in use */
    uint64_t cookie; /* its address, exclusive or'ed with a secret of the process (_mi_ptr_cookie) */
    uint64_t slices; /* of a huge one, more than mimalloc_slices */
    uint64_t info_slices;
    uint32_t kind; /* mimalloc_huge: of one page */
    uint64_t entries;
    uint64_t thread_id; /* 0: of no thread */
    struct mimalloc_span spans[mimalloc_slices + 1];
};

_Static_assert(sizeof(struct mimalloc_span) == 80, "mi_page_t has ten words");

/* Whether its spans cover it, and as many are in use as it says. */
bool mimalloc_segment_is_sound(const struct mimalloc_segment *segment);

#endif
