/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_DISPUTE_H
#define OFFHEAP_DISPUTE_H

/*
 * Blocks of Java classes to which another owner leads as well. An object that is dead may hold an address that is
 * another's by now, and where that is a block from which much is reached, all of that would be the object's. What only
 * its class leads to is its class's either way.
 */

#include "java_owners.h"

struct dispute {
    const struct claims *claims;
    const struct java_owners *classes;
    uint64_t *are_disputed; /* a bit a block */
    uint32_t *queue;        /* as long as there are blocks */
    size_t queued;
};

/* pre: all is claimed. False: there is no memory. */
bool dispute_begin(const struct claims *claims, const struct java_owners *classes, struct dispute *dispute);
void dispute_free(struct dispute *dispute);

/* What these lead to, if it is another owner's. */
void dispute_add(struct dispute *dispute, const struct root_list *roots);
/* Once all roots are added: what lies behind them. */
void dispute_follow(struct dispute *dispute);

static inline bool dispute_has(const struct dispute *dispute, uint32_t block) {
    return (dispute->are_disputed[block / 64] >> (block % 64) & 1) != 0;
}

#endif
