/* SPDX-License-Identifier: MIT */
#include "walk_task.h"

#include <stdlib.h>
#include <string.h>

enum {
    try_limit = 3,
    smallest_reach = 64,
    first_reach = 32 * 1024,
    largest_reach = 128 * 1024,
    /* Fetching a page that is not needed costs about as much as a piece of its own. */
    sequential_gap = 4096,
    moved_top_share = 16, /* a top that is off by more than this part of the heap is looked at again */
};

struct walk_task *walk_task_create(void) {
    struct walk_task *task = calloc(1, sizeof *task);
    if (task == NULL) {
        return NULL;
    }
    task->tally = malloc(sizeof *task->tally);
    task->best = malloc(sizeof *task->best);
    task->window = malloc(largest_reach);
    if (task->tally == NULL || task->best == NULL || task->window == NULL) {
        walk_task_destroy(task);
        return NULL;
    }
    return task;
}

void walk_task_destroy(struct walk_task *task) {
    if (task == NULL) {
        return;
    }
    free(task->tally);
    free(task->best);
    free(task->window);
    page_bits_free(&task->bits);
    foreign_gaps_free(&task->walk.gaps);
    foreign_gaps_free(&task->best_gaps);
    block_list_free(&task->blocks);
    block_list_free(&task->best_blocks);
    free(task);
}

/* Where the heap's arena has its top now; 0 when that cannot be told. */
static uint64_t top_now(const struct walk_task *task) {
    const struct arena *arena = &task->heaps->arenas[task->heap->stretch.arena];
    uint64_t top = 0;
    if (task->heaps->layout.is_known) {
        (void)target_read(task->target, arena->state.address + task->heaps->layout.top_at, &top, sizeof top);
    }
    return top;
}

static bool is_part(const struct walk_task *task) {
    return task->shared != NULL;
}

/* Of a part from where it begins: it never goes back behind that. */
static bool load_bits(struct walk_task *task) {
    uint64_t from = is_part(task) ? task->from : task->heap->base;
    task->walk.bits = &task->bits;
    return page_map_load(&task->target->pages, from, task->walk.stretch.end, &task->bits).status == inspect_ok;
}

static void begin_try(struct walk_task *task) {
    struct stretch stretch = task->heap->stretch;
    bool has_shared = is_part(task) && task->tries == 0;
    stretch.fastbins = &task->heaps->fastbins;
    stretch.start = task->from;
    if (task->tries > 0) {
        stretch.end = glibc_heap_end(task->target, task->heap);
        if (stretch.kind != stretch_arena) {
            uint64_t top = top_now(task);
            stretch.top = top >= stretch.start && top < stretch.end ? top : 0;
        }
    }
    task->tries++;
    task->window_bytes = 0;
    task->reach = first_reach;
    memset(task->tally, 0, sizeof *task->tally);
    task->walk.stretch = stretch;
    if (!has_shared && !load_bits(task)) {
        task->bits.end = task->bits.start;
    }
    block_list_clear(&task->blocks);
    task->walk.until = task->until;
    chunk_walk_begin(&task->walk, &stretch, has_shared ? task->shared : &task->bits, task->tally);
    task->walk.blocks = task->wants_blocks ? &task->blocks : NULL;
}

void walk_task_begin(struct walk_task *task, const struct target *target, const struct glibc_heaps *heaps,
                     const struct walk_place *place) {
    task->target = target;
    task->heaps = heaps;
    task->heap = place->heap;
    task->from = place->from;
    task->until = place->until;
    task->shared = place->shared;
    task->has_best = false;
    task->is_cut = false;
    task->tries = 0;
    begin_try(task);
}

void walk_task_go_on(struct walk_task *task, const struct target *target, uint64_t until) {
    task->target = target;
    task->until = until;
    task->tries = try_limit;
    chunk_walk_go_on(&task->walk, until);
}

static uint64_t trouble(const struct tally *tally) {
    return tally->figures.unreadable_bytes + tally->figures.doubtful_bytes;
}

/* A chain that held together may still be of a moment that no longer is: the arena knows where its top is. */
static bool has_top_moved_far(const struct walk_task *task) {
    uint64_t top = top_now(task);
    const struct chunk_walk *walk = &task->walk;
    if (top < walk->stretch.start || top >= walk->stretch.end) {
        return false;
    }
    uint64_t found = walk->found_top ? walk->top : walk->stretch.end;
    uint64_t distance = found > top ? found - top : top - found;
    return distance > (walk->stretch.end - walk->stretch.start) / moved_top_share;
}

/* Also of what was too long to be walked. */
static uint64_t resident(const struct walk_task *task) {
    uint64_t from = task->heap->base;
    uint64_t to = task->walk.stretch.end;
    uint64_t bytes = 0;
    if (task->bits.end > task->bits.start) {
        return page_bits_present(&task->bits, from, to) - foreign_gaps_rss(&task->walk.gaps, &task->bits);
    }
    (void)page_map_count(&task->target->pages, from, to, &bytes);
    return bytes;
}

/* A part that ended before the next one is not tried again: whether it is one is not known yet. */
static bool may_repeat(const struct walk_task *task) {
    bool is_last = task->until == 0;
    return task->tries < try_limit && !task->is_cut && (is_last || task->best_state == walk_joined) &&
           (trouble(task->best) > 0 || (is_last && has_top_moved_far(task)));
}

/* True: try again. Size and resident bytes of a heap in parts are for whom has them all. */
static bool end_try(struct walk_task *task) {
    bool is_better = !task->has_best || trouble(task->tally) <= trouble(task->best);
    if (is_better) {
        if (!is_part(task)) {
            uint64_t size = task->walk.stretch.end - task->heap->base;
            task->tally->figures.size_bytes = size - foreign_gaps_bytes(&task->walk.gaps);
            task->tally->figures.rss_bytes = resident(task);
        }
        struct foreign_gaps gaps = task->best_gaps;
        task->best_gaps = task->walk.gaps;
        task->walk.gaps = gaps;
        struct block_list blocks = task->best_blocks;
        task->best_blocks = task->blocks;
        task->blocks = blocks;
        struct tally *worse = task->best;
        task->best = task->tally;
        task->tally = worse;
        task->has_best = true;
        task->best_end = task->walk.stretch.end;
        task->best_state = task->walk.state;
    }
    return may_repeat(task);
}

static void want(struct walk_task *task, struct remote_piece *piece) {
    uint64_t at = task->walk.wants;
    uint64_t window_end = task->window_from + task->window_bytes;
    if (task->window_bytes > 0) {
        bool is_near = at >= task->window_from && at < window_end + sequential_gap;
        task->reach = is_near ? task->reach * 2 : task->reach / 4;
        task->reach = task->reach < smallest_reach ? smallest_reach : task->reach;
        task->reach = task->reach > largest_reach ? largest_reach : task->reach;
    }
    uint64_t left = task->walk.stretch.end - at;
    size_t bytes = left < task->reach ? (size_t)left : task->reach;
    piece->address = at;
    piece->bytes = page_bits_run(task->walk.bits, at, bytes);
    piece->to = task->window;
}

enum walk_task_state walk_task_advance(struct walk_task *task, const struct deadline *deadline,
                                       struct remote_piece *piece) {
    struct chunk_walk *walk = &task->walk;
    for (uint64_t round = 1;; round++) {
        /* What takes a system call, or a try, asks the clock each time. */
        if (walk->state == walk_wants ? deadline_is_over_at(deadline, round) : deadline_is_over(deadline)) {
            return walk_task_late;
        }
        if (walk->state == walk_done || walk->state == walk_joined) {
            if (!end_try(task)) {
                return walk_task_done;
            }
            begin_try(task);
        } else if (walk->state == walk_passed) {
            return task->has_best ? walk_task_done : walk_task_held;
        } else if (walk->state == walk_overrun || walk->state == walk_absent) {
            uint64_t end = walk->state == walk_overrun ? glibc_heap_end(task->target, task->heap) : walk->stretch.end;
            walk->stretch.end = end > walk->wants ? end : walk->stretch.end;
            if (!load_bits(task)) {
                chunk_walk_stop(walk);
            } else {
                chunk_walk_resume(walk);
            }
        } else if (!walk->is_stale && chunk_walk_holds(walk, task->window_from, task->window_bytes)) {
            chunk_walk_feed(walk, task->window, task->window_from, task->window_bytes);
        } else {
            want(task, piece);
            if (piece->bytes >= chunk_header_bytes) {
                return walk_task_wants;
            }
            chunk_walk_refuse(walk);
        }
    }
}

void walk_task_cut(struct walk_task *task) {
    task->is_cut = true;
    chunk_walk_stop(&task->walk);
    (void)end_try(task);
}

void walk_task_take(struct walk_task *task, const struct remote_piece *piece) {
    task->window_from = piece->address;
    task->window_bytes = piece->is_read ? piece->bytes : 0;
    if (piece->is_read) {
        chunk_walk_feed(&task->walk, task->window, task->window_from, task->window_bytes);
    } else {
        chunk_walk_refuse(&task->walk);
    }
}

void walk_task_shrink(struct walk_task *task) {
    free(task->window);
    free(task->tally);
    task->window = NULL;
    task->tally = NULL;
    page_bits_free(&task->bits);
    block_list_free(&task->blocks);
}
