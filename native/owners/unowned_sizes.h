/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_UNOWNED_SIZES_H
#define OFFHEAP_UNOWNED_SIZES_H

#include "claims.h"
#include "owners.h"

/* Blocks whose owner is `nobody`, or beyond, by size: result->sizes. False: there is no memory. */
bool unowned_sizes_tell(const struct block_table *table, const struct claims *claims, uint32_t nobody,
                        struct owners_result *result);

#endif
