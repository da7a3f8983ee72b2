/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_WALK_TASK_H
#define OFFHEAP_WALK_TASK_H

/* One heap being walked: its window of memory, its pages, and what was counted, over up to three tries. */

#include "glibc_heap.h"

struct walk_task {
    const struct target *target;
    const struct glibc_heaps *heaps;
    const struct heap *heap;
    struct page_bits bits;
    struct chunk_walk walk;
    struct tally *tally;      /* of this try */
    struct tally *best;       /* of the best try before */
    struct block_list blocks; /* those in use, where they are wanted */
    struct block_list best_blocks;
    bool wants_blocks;
    bool has_best;
    uint64_t best_end;
    struct foreign_gaps best_gaps;
    unsigned tries;
    unsigned char *window;
    uint64_t window_from;
    size_t window_bytes; /* valid */
    size_t reach;        /* to fetch next */
};

/* NULL: no memory. */
struct walk_task *walk_task_create(void);
/* NULL is allowed. */
void walk_task_destroy(struct walk_task *task);

/* pre: task->wants_blocks is set once */
void walk_task_begin(struct walk_task *task, const struct target *target, const struct glibc_heaps *heaps,
                     const struct heap *heap);

enum walk_task_state {
    walk_task_wants, /* *piece read, then walk_task_take() */
    walk_task_done,  /* the result is in best */
    walk_task_late,  /* the deadline is over */
};

/* Goes on as far as it can. */
enum walk_task_state walk_task_advance(struct walk_task *task, const struct deadline *deadline,
                                       struct remote_piece *piece);
/* Ends it where it is: the rest is unreadable, unless an earlier try had read more. */
void walk_task_cut(struct walk_task *task);
void walk_task_take(struct walk_task *task, const struct remote_piece *piece);

#endif
