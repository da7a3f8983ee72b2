/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_LIVE_BLOCKS_H
#define OFFHEAP_LIVE_BLOCKS_H

#include "inspection.h"
#include "mmapped.h"

/*
 * Every block in use, of heaps and with a mapping of its own, in order of address: result->blocks. Those in fastbins
 * and tcaches are not. pre: walk_options.wants_blocks
 */
void live_blocks_fill(struct walk_result *walked, size_t heap_count, const struct mmapped *mmapped,
                      struct inspection *result);

#endif
