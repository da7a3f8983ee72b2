/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_WALK_STATE_H
#define OFFHEAP_WALK_STATE_H

/* What a walk along one stretch of heap knows (chunk_walk.h). */

#include "block_list.h"
#include "chunk_header.h"
#include "foreign_gaps.h"
#include "stretch.h"
#include "tally.h"

enum { chunk_walk_proof = 12 };

enum walk_state {
    walk_wants,   /* bytes at `wants` */
    walk_overrun, /* a chunk ends behind the stretch: has it grown? chunk_walk_resume() */
    walk_absent,  /* a header is due on a page that was absent: is it there now? chunk_walk_resume() */
    walk_joined,  /* it has come to `until`, and what follows there does not depend on how */
    walk_passed,  /* it is behind `until`, or would look for the chain there: chunk_walk_go_on() */
    walk_done,
};

struct walked_chunk {
    uint64_t at;
    uint64_t size;
    bool is_fence;
    /* By what of it was read along with its header. */
    enum jvm_block jvm_block;
    bool may_be_tcache;
};

struct chunk_walk {
    struct stretch stretch;
    const struct page_bits *bits;
    struct tally *tally;
    uint64_t until;            /* where another walk has begun; 0: none has */
    struct block_list *blocks; /* where those in use go one by one; NULL: nowhere */
    enum walk_state state;
    uint64_t wants;           /* chunk_header_bytes and more from here on, chunk_look_bytes where they are there */
    bool is_stale;            /* what was read before must be read again */
    struct walked_chunk last; /* in use or free, as the next header will tell; size 0: none */
    uint64_t reread;          /* the chunk that was read again because of what followed it, and how often */
    unsigned reread_count;
    bool found_top;
    bool found_fence;   /* the end of a piece of the main arena that is no longer its last */
    uint64_t top;       /* where it was found */
    uint64_t lost_from; /* while looking for the chain: what is lost starts here */
    bool is_searching;
    bool is_foreign;          /* what is lost lies behind the end of a piece of the main arena */
    struct foreign_gaps gaps; /* what they have no room for is unreadable */
    uint64_t candidate;       /* while proving one: where it began; 0: none */
    struct walked_chunk proof[chunk_walk_proof];
    bool proof_live[chunk_walk_proof];
    unsigned proof_count;
    unsigned breaks;
    unsigned refreshes; /* how often the stretch or its pages were looked at again */
    uint64_t searched;  /* headers tried; bounded */
    size_t fast_place;  /* in stretch.fastbins */
};

#endif
