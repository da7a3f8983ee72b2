/* SPDX-License-Identifier: MIT */
#include "claims.h"

#include "large_memory.h"

#include <stdlib.h>
#include <string.h>

enum { far_ahead = 16, near_ahead = 8 };

bool claims_make(const struct block_graph *graph, size_t count, struct claims *claims) {
    claims->graph = graph;
    claims->count = count;
    claims->queued = 0;
    claims->owners = large_memory_take((count + 1) * sizeof *claims->owners);
    claims->queue = malloc((count + 1) * sizeof *claims->queue);
    claims->are_direct = calloc(count / 64 + 1, sizeof *claims->are_direct);
    if (claims->owners == NULL || claims->queue == NULL || claims->are_direct == NULL) {
        claims_free(claims);
        return false;
    }
    claims_reset(claims);
    return true;
}

void claims_free(struct claims *claims) {
    large_memory_free(claims->owners, (claims->count + 1) * sizeof *claims->owners);
    free(claims->queue);
    free(claims->are_direct);
    memset(claims, 0, sizeof *claims);
}

void claims_reset(struct claims *claims) {
    memset(claims->owners, 0xff, (claims->count + 1) * sizeof *claims->owners);
    memset(claims->are_direct, 0, (claims->count / 64 + 1) * sizeof *claims->are_direct);
    claims->queued = 0;
}

void claims_add(struct claims *claims, const struct root *roots, size_t count) {
    for (size_t index = 0; index < count; index++) {
        uint32_t block = roots[index].block;
        if (claims->owners[block] == no_owner) {
            claims->owners[block] = roots[index].owner;
            claims->are_direct[block / 64] |= UINT64_C(1) << (block % 64);
            claims->queue[claims->queued++] = block;
        }
    }
}

void claims_turn(struct claims *claims) {
    for (size_t low = 0, high = claims->queued; low + 1 < high; low++, high--) {
        uint32_t block = claims->queue[low];
        claims->queue[low] = claims->queue[high - 1];
        claims->queue[high - 1] = block;
    }
}

void claims_hold_back(struct claims *claims, uint32_t block) {
    if (claims->owners[block] == no_owner) {
        claims->owners[block] = held_back;
    }
}

void claims_let_go(struct claims *claims, uint32_t block) {
    if (claims->owners[block] == held_back) {
        claims->owners[block] = no_owner;
    }
}

void claims_follow(struct claims *claims) {
    const struct block_graph *graph = claims->graph;
    size_t end = claims->queued;
    /*
     * Each block is in the queue once at most, so that it has room for all. Those that come later may be anywhere: what
     * the graph has of them is fetched before it is needed.
     */
    for (size_t at = 0; at < end; at++) {
        uint32_t block = claims->queue[at];
        if (at + far_ahead < end) {
            /* Not a function: GCC 12 takes one that only fetches for one without effect. */
            __builtin_prefetch(&graph->first[claims->queue[at + far_ahead]]);
            __builtin_prefetch(&graph->to[graph->first[claims->queue[at + near_ahead]]]);
        }
        for (uint32_t edge = graph->first[block]; edge < graph->first[block + 1]; edge++) {
            uint32_t to = graph->to[edge];
            if (claims->owners[to] == no_owner) {
                claims->owners[to] = claims->owners[block];
                claims->queue[end++] = to;
            }
        }
    }
    claims->queued = 0;
}

void claims_take(struct claims *claims, const struct root *roots, size_t count) {
    claims_add(claims, roots, count);
    claims_follow(claims);
}
