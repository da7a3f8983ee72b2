/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OWNER_SUMS_H
#define OFFHEAP_OWNER_SUMS_H

#include "claims.h"
#include "owners.h"
#include "type_names.h"

/*
 * Adds each block to its owner's figures, or to nobody's, which is owners[owner_count - 1], and fills types and sizes
 * of the result, whose symbols are those of `names`. False: there is no memory.
 */
bool owner_sums_fill(const struct block_table *table, const struct claims *claims, const struct type_names *names,
                     struct owner *owners, size_t owner_count, struct owners_result *result);

#endif
