/* SPDX-License-Identifier: MIT */
#include "dispute.h"

#include <stdlib.h>
#include <string.h>

/*
 * Two classes that have the same addresses in many objects are one and who frees it, as DirectByteBuffer and its
 * Deallocator: the one with most addresses has them, dead or not. Of few, one may be left over.
 */
enum { few_objects = 8 };

bool dispute_begin(const struct claims *claims, const struct java_owners *classes, struct dispute *dispute) {
    dispute->claims = claims;
    dispute->classes = classes;
    dispute->queued = 0;
    dispute->are_disputed = calloc(claims->count / 64 + 1, sizeof *dispute->are_disputed);
    dispute->queue = malloc((claims->count + 1) * sizeof *dispute->queue);
    bool is_good = dispute->are_disputed != NULL && dispute->queue != NULL;
    if (!is_good) {
        dispute_free(dispute);
    }
    return is_good;
}

void dispute_free(struct dispute *dispute) {
    free(dispute->are_disputed);
    free(dispute->queue);
    memset(dispute, 0, sizeof *dispute);
}

static bool is_class(const struct dispute *dispute, uint32_t owner) {
    return owner - dispute->classes->first_owner < dispute->classes->count;
}

static void mark(struct dispute *dispute, uint32_t block) {
    if (is_class(dispute, dispute->claims->owners[block]) && !dispute_has(dispute, block)) {
        dispute->are_disputed[block / 64] |= UINT64_C(1) << (block % 64);
        dispute->queue[dispute->queued++] = block;
    }
}

/* pre: the owner is a class */
static bool has_few(const struct dispute *dispute, uint32_t owner) {
    return dispute->classes->list[owner - dispute->classes->first_owner].objects <= few_objects;
}

void dispute_add(struct dispute *dispute, const struct root_list *roots) {
    for (size_t index = 0; index < roots->count; index++) {
        uint32_t owner = dispute->claims->owners[roots->list[index].block];
        uint32_t other = roots->list[index].owner;
        if (owner != other && is_class(dispute, owner) && (!is_class(dispute, other) || has_few(dispute, owner))) {
            mark(dispute, roots->list[index].block);
        }
    }
}

/* Two owners lead to a block where a pointer leads from one's to the other's, and to all behind it. */
void dispute_follow(struct dispute *dispute) {
    const struct block_graph *graph = dispute->claims->graph;
    const uint32_t *owners = dispute->claims->owners;
    for (uint32_t block = 0; block < dispute->claims->count; block++) {
        for (uint32_t edge = graph->first[block]; owners[block] < held_back && edge < graph->first[block + 1]; edge++) {
            if (owners[graph->to[edge]] != owners[block]) {
                mark(dispute, graph->to[edge]);
            }
        }
    }
    for (size_t at = 0; at < dispute->queued; at++) {
        uint32_t block = dispute->queue[at];
        for (uint32_t edge = graph->first[block]; edge < graph->first[block + 1]; edge++) {
            mark(dispute, graph->to[edge]);
        }
    }
}
