/* SPDX-License-Identifier: MIT */
#include "heap_parts.h"

struct join {
    struct divided_heap *divided;
    const struct target *target;
    const struct deadline *deadline;
    struct inspect_verdict *verdict;
    struct walk_task *first; /* what is found is added up in its best; NULL: nothing yet */
    uint64_t unread;         /* bytes of parts that were not walked, and what of them is resident */
    uint64_t unread_rss;
    bool is_partial; /* time was up before all of it was walked */
    bool has_end;
    uint64_t end;
};

/* The part that begins at the address or behind it; `count`: none does. */
static size_t part_from(const struct divided_heap *divided, size_t index, uint64_t address) {
    while (index < divided->count && divided->parts[index].from < address) {
        index++;
    }
    return index;
}

static uint64_t begin_of(const struct divided_heap *divided, size_t index) {
    return index < divided->count ? divided->parts[index].from : 0;
}

/* By itself, piece by piece. False: its time is up. */
static bool walk_on(struct join *join, struct walk_task *task) {
    enum walk_task_state state = walk_task_wants;
    struct remote_piece piece;
    while ((state = walk_task_advance(task, join->deadline, &piece)) == walk_task_wants) {
        *join->verdict = remote_read_pieces(&join->target->memory, &piece, 1);
        if (join->verdict->status != inspect_ok) {
            return false;
        }
        walk_task_take(task, &piece);
    }
    return state != walk_task_late;
}

/* One that was held goes on, through those behind it, until it arrives where one begins. *next: the one behind it. */
static void lead_on(struct join *join, struct walk_task *task, size_t *next) {
    while (task->walk.state == walk_passed && !task->has_best) {
        *next = part_from(join->divided, *next, task->walk.wants);
        walk_task_go_on(task, join->target, begin_of(join->divided, *next));
        if (!walk_on(join, task)) {
            walk_task_cut(task);
        }
    }
}

static void move_gaps(struct foreign_gaps *to, struct foreign_gaps *from) {
    for (size_t index = 0; index < from->count; index++) {
        (void)foreign_gaps_add(to, from->list[index].start, from->list[index].end);
    }
    foreign_gaps_free(from);
}

static void add(struct join *join, struct walk_task *task) {
    join->is_partial |= task->is_cut;
    join->has_end |= task->walk.found_top || task->walk.found_fence;
    join->end = task->best_end > join->end ? task->best_end : join->end;
    if (join->first == NULL) {
        join->first = task;
        return;
    }
    tally_add(join->first->best, task->best);
    tally_add_candidates(join->first->best, task->best);
    move_gaps(&join->first->best_gaps, &task->best_gaps);
    block_list_append(&join->first->best_blocks, &task->best_blocks);
}

static void pass_over(struct join *join, size_t index) {
    uint64_t from = join->divided->parts[index].from;
    uint64_t to = index + 1 < join->divided->count ? begin_of(join->divided, index + 1) : join->end;
    join->is_partial = true;
    join->unread += to - from;
    join->unread_rss += page_bits_present(&join->divided->bits, from, to);
}

/* The parts in turn, each from where the one before has arrived. */
static void join_all(struct join *join) {
    const struct divided_heap *divided = join->divided;
    for (size_t index = 0; index < divided->count && join->verdict->status == inspect_ok;) {
        struct walk_task *task = divided->parts[index].task;
        size_t next = index + 1;
        if (task == NULL) {
            pass_over(join, index);
            index = next;
            continue;
        }
        lead_on(join, task, &next);
        if (join->verdict->status != inspect_ok) {
            return;
        }
        add(join, task);
        bool goes_on = task->is_cut || task->best_state == walk_joined;
        index = goes_on && task->until != 0 ? part_from(divided, next, task->until) : divided->count;
    }
}

bool heap_parts_join(struct divided_heap *divided, const struct target *target, const struct deadline *deadline,
                     struct inspect_verdict *verdict, struct heap_findings *findings) {
    const struct heap *heap = divided->heap;
    struct join join = {
        .divided = divided, .target = target, .deadline = deadline, .verdict = verdict, .end = heap->stretch.end};
    join_all(&join);
    /* Heaps that were walked whole stand for an arena's that was not: sample.h. */
    bool is_estimated = join.is_partial && heap->stretch.kind == stretch_arena;
    if (join.first == NULL || is_estimated || verdict->status != inspect_ok) {
        return false;
    }
    struct tally *tally = join.first->best;
    struct foreign_gaps *gaps = &join.first->best_gaps;
    uint64_t resident = page_bits_present(&divided->bits, heap->base, join.end);
    if (join.end > heap->stretch.end) {
        (void)page_map_count(&target->pages, heap->base, join.end, &resident);
    }
    tally->figures.size_bytes = join.end - heap->base - foreign_gaps_bytes(gaps);
    tally->figures.rss_bytes = resident - foreign_gaps_rss(gaps, &divided->bits);
    tally->figures.unreadable_bytes += join.unread;
    tally->figures.unreadable_rss_bytes += join.unread_rss;
    *findings = (struct heap_findings){join.has_end, join.end, tally, gaps, &join.first->best_blocks};
    return true;
}
