/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_WALK_TASK_H
#define OFFHEAP_WALK_TASK_H

/*
 * One heap being walked, or a part of one: its window of memory, its pages, and what was counted, over up to three
 * tries.
 */

#include "glibc_heap.h"

struct walk_task {
    const struct target *target;
    const struct glibc_heaps *heaps;
    const struct heap *heap;
    uint64_t from;                  /* its first chunk */
    uint64_t until;                 /* of a part that is not the last: where the next one begins; else 0 */
    const struct page_bits *shared; /* of a part: the pages of the heap, as they were when it was divided; else NULL */
    struct page_bits bits;          /* its own */
    struct chunk_walk walk;
    struct tally *tally;      /* of this try */
    struct tally *best;       /* of the best try before */
    struct block_list blocks; /* those in use, where they are wanted */
    struct block_list best_blocks;
    bool wants_blocks;
    bool has_best;
    enum walk_state best_state;
    uint64_t best_end;
    bool is_cut; /* its rest was given up */
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

/* What is walked. */
struct walk_place {
    const struct heap *heap;
    uint64_t from;
    uint64_t until;
    const struct page_bits *shared;
};

/* pre: task->wants_blocks is set once */
void walk_task_begin(struct walk_task *task, const struct target *target, const struct glibc_heaps *heaps,
                     const struct walk_place *place);
/* Of a part that was held: on to another place, or to the heap's end (0); it is not tried again. */
void walk_task_go_on(struct walk_task *task, const struct target *target, uint64_t until);

enum walk_task_state {
    walk_task_wants, /* *piece read, then walk_task_take() */
    walk_task_done,  /* the result is in best */
    walk_task_held,  /* of a part: the next one does not begin where a chunk does, as far as this one knows */
    walk_task_late,  /* the deadline is over */
};

/* Goes on as far as it can. */
enum walk_task_state walk_task_advance(struct walk_task *task, const struct deadline *deadline,
                                       struct remote_piece *piece);
/* Ends it where it is: the rest, of a part to where the next one begins, is unreadable, unless an earlier try had read
 * more. */
void walk_task_cut(struct walk_task *task);
void walk_task_take(struct walk_task *task, const struct remote_piece *piece);

/* Its window, and the tally that is not the best, are not needed any more. */
void walk_task_shrink(struct walk_task *task);

#endif
