/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CHUNK_RUN_H
#define OFFHEAP_CHUNK_RUN_H

/*
 * The chain while it holds, which is almost all of it: header after header of what was read, counted without asking
 * what else they could be. It ends before the first header that is anything but a plain chunk's, and changes nothing
 * that chunk_walk_feed() would not have changed, step by step.
 */

#include "walk_state.h"

/*
 * Goes on from walk->last, walk->wants being the next header. False: not even that one is plain. pre: the walk is not
 * searching, last.size is not 0, and it is no fence
 */
bool chunk_run(struct chunk_walk *walk, const unsigned char *data, uint64_t from, size_t bytes);

#endif
