/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CLAIMS_H
#define OFFHEAP_CLAIMS_H

/*
 * Who owns each block. Roots claim blocks, and blocks those that they point to: level by level, so that the nearest
 * root has a block, and of two at one distance the one that came first. What was claimed once stays so.
 */

#include "block_graph.h"
#include "roots.h"

static const uint32_t no_owner = UINT32_MAX;
/* Of a block that is nobody's to claim for now. */
static const uint32_t held_back = UINT32_MAX - 1;

struct claims {
    const struct block_graph *graph;
    size_t count;
    uint32_t *owners;     /* of each block */
    uint64_t *are_direct; /* a bit a block: its owner's root points to it */
    uint32_t *queue;      /* as long as there are blocks */
    size_t queued;        /* that are yet to be followed */
};

/* False: there is no memory. */
bool claims_make(const struct block_graph *graph, size_t count, struct claims *claims);
void claims_free(struct claims *claims);
/* As if nobody had claimed anything. */
void claims_reset(struct claims *claims);

/* Adds roots, which have their blocks from now on; what those lead to is claimed by claims_follow(), with others'. */
void claims_add(struct claims *claims, const struct root *roots, size_t count);
/* Turns the order of those that were added since the last time: of two that are as near, the later one claims first. */
void claims_turn(struct claims *claims);
/* All that were added since the last time, at once: of two that lead to a block the nearer one has it. */
void claims_follow(struct claims *claims);
/* Both, in this order. */
void claims_take(struct claims *claims, const struct root *roots, size_t count);

/* Of a block that has no owner: nobody claims it until it is let go. */
void claims_hold_back(struct claims *claims, uint32_t block);
/* Of one that is held back; others stay as they are. */
void claims_let_go(struct claims *claims, uint32_t block);

static inline bool claims_is_direct(const struct claims *claims, uint32_t block) {
    return (claims->are_direct[block / 64] >> (block % 64) & 1) != 0;
}

#endif
