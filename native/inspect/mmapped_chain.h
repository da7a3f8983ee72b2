/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPPED_CHAIN_H
#define OFFHEAP_MMAPPED_CHAIN_H

#include "mmapped_list.h"
#include "target.h"

/*
 * Bytes of the block whose header is the two words `at` bytes into its mapping; 0: they are none. prev_size says where
 * memalign has put it, less a bit for huge pages (2.43).
 */
uint64_t mmapped_claim(const uint64_t words[2], uint64_t at);

/*
 * Bytes of the block that begins at `at`, 0 where none does that ends before `end`: by a header that memalign moved,
 * else by the one at its start, which stays there then and may be older. Thorough: the moved one may end a further
 * page.
 */
uint64_t mmapped_block(const struct target *target, uint64_t at, uint64_t end, bool is_thorough);

/*
 * Adds the chain of blocks that begins at `start` and ends before `end`. The first page of each block has a header, so
 * it is present.
 */
struct inspect_verdict mmapped_follow(const struct target *target, uint64_t start, uint64_t end,
                                      struct mmapped *mmapped);

#endif
