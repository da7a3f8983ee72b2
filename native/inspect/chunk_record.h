/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CHUNK_RECORD_H
#define OFFHEAP_CHUNK_RECORD_H

/* What a walk has found, into its tally: at once, or where the chain is being proved, when it is. */

#include "walk_state.h"

void chunk_record(struct chunk_walk *walk, const struct walked_chunk *chunk, bool is_live);
/* The chain holds again from walk->candidate on. */
void chunk_record_found(struct chunk_walk *walk);

void chunk_record_unreadable(struct chunk_walk *walk, uint64_t from, uint64_t to);
/* Not malloc's. */
void chunk_record_foreign(struct chunk_walk *walk, uint64_t from, uint64_t to);
/* From where the chain was lost; foreign where a piece of the main arena ended there. */
void chunk_record_lost(struct chunk_walk *walk, uint64_t to);

#endif
