/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_QUICK_H
#define OFFHEAP_QUICK_H

/*
 * The quick ways, for malloc, free and the operators of C++ alone, when the thread has a slot and the block's size is
 * known: by glibc's header, or by page_sizes.h. Three cells are written when a block comes and two when it goes: what
 * follows from them is left to the reader (counter_sum.h). What happens seldom is a call at the very end, so that a
 * call that counts and returns needs no stack frame.
 */

#include "block_size.h"
#include "count.h"
#include "own_target.h"
#include "process_level.h"
#include "real_malloc.h"

static COLD void *tell_and_return(struct counter_slot *slot, void *block) {
    process_usable_publish(slot);
    block_size_recheck(block);
    return block;
}

static inline void *count_quick_new(struct counter_slot *slot, void *block, size_t size, size_t usable,
                                    unsigned bucket) {
    add_by_owner(&slot->block.cells[counter_total_requested_bytes], (int64_t)size);
    add_by_owner(&slot->block.cells[counter_live_usable_bytes], (int64_t)usable);
    add_by_owner(&slot->block.cells[counter_total_sizes + bucket], 1);
    return process_usable_grew(usable) ? tell_and_return(slot, block) : block;
}

/* Whether the thread's part is to be told. */
static inline bool count_quick_gone(struct counter_slot *slot, size_t usable, unsigned bucket) {
    add_by_owner(&slot->block.cells[counter_live_sizes + bucket], -1);
    add_by_owner(&slot->block.cells[counter_live_usable_bytes], -(int64_t)usable);
    return process_usable_shrank(usable);
}

#endif
