/* SPDX-License-Identifier: MIT */
#include "walk_crew.h"

#include "crew.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    walks_at_once = 8,          /* of a thread; more would be half-walked when time is up */
    enough_at_once = 256 << 10, /* bytes of one system call: more are read no faster, and stay no longer in the cache */
    launch_percent = 70,        /* of the time for walking, after which no heap is begun */
};

struct shared {
    const struct walk_crew *crew;
    pthread_mutex_t mutex; /* of the next unit and of the result */
    size_t next;
    uint64_t cpu_left_ns; /* of each thread */
};

struct walker {
    struct shared *shared;
    struct target target; /* with its own deadline */
    struct deadline deadline;
    struct deadline launch;
    struct cpu_limit cpu;
    struct cpu_limit launch_cpu;
    struct walk_task *tasks[walks_at_once];
    const struct walk_unit *units[walks_at_once]; /* what each task walks */
    size_t task_count;                            /* under way; they are the first ones */
    bool has_all;                                 /* there is nothing more to begin */
    struct inspect_verdict verdict;
};

/* A mapping that only looked like a piece of the main arena has neither its top nor a fence. */
static bool is_no_heap(const struct target *target, const struct heap *heap, const struct heap_findings *findings) {
    if (heap->stretch.kind == stretch_mapped) {
        return !findings->has_end;
    }
    uint64_t word;
    return findings->tally->figures.unreadable_bytes > 0 && !target_read(target, heap->base, &word, sizeof word);
}

static void keep_candidates(struct walk_result *result, const struct tally *tally) {
    for (uint32_t index = 0; index < tally->candidate_count && result->candidates.count < candidate_limit; index++) {
        result->candidates.list[result->candidates.count++] = tally->candidates[index];
    }
}

void walk_crew_keep(struct walk_result *result, const struct target *target, const struct glibc_heaps *heaps,
                    size_t index, const struct heap_findings *findings) {
    struct walked_heap *heap = &result->heaps[index];
    memset(heap, 0, sizeof *heap);
    heap->is_walked = true;
    heap->is_gone = is_no_heap(target, &heaps->heaps[index], findings);
    if (heap->is_gone) {
        return;
    }
    heap->end = findings->end;
    heap->figures = findings->tally->figures;
    if (result->blocks != NULL) {
        result->blocks[index] = *findings->blocks;
        memset(findings->blocks, 0, sizeof *findings->blocks);
    }
    tally_add(result->sum, findings->tally);
    keep_candidates(result, findings->tally);
    /* Those without room stay a part of the heap's range. */
    for (size_t gap = 0; gap < findings->gaps->count; gap++) {
        (void)foreign_gaps_add(&result->gaps, findings->gaps->list[gap].start, findings->gaps->list[gap].end);
    }
    result->walked++;
    result->walked_rss += heap->figures.rss_bytes;
}

static struct walk_task *new_task(const struct walker *walker) {
    struct walk_task *task = walk_task_create();
    if (task != NULL) {
        task->wants_blocks = walker->shared->crew->wants_blocks;
    }
    return task;
}

static void begin(struct walker *walker, size_t slot) {
    const struct walk_crew *crew = walker->shared->crew;
    const struct walk_unit *unit = walker->units[slot];
    const struct heap *heap = &crew->heaps->heaps[unit->heap];
    struct walk_place whole = {heap, heap->stretch.start, 0, NULL};
    struct walk_place place = unit->divided != NULL ? heap_parts_place(unit->divided, unit->part) : whole;
    walk_task_begin(walker->tasks[slot], &walker->target, crew->heaps, &place);
}

/* Gives a task the next unit, if one is left. */
static bool launch(struct walker *walker, size_t slot) {
    struct shared *shared = walker->shared;
    if (walker->tasks[slot] == NULL || deadline_is_over(&walker->launch)) {
        return false;
    }
    pthread_mutex_lock(&shared->mutex);
    bool is_left = shared->next < shared->crew->count;
    walker->units[slot] = is_left ? &shared->crew->units[shared->next++] : NULL;
    pthread_mutex_unlock(&shared->mutex);
    if (is_left) {
        begin(walker, slot);
    }
    return is_left;
}

static void drop(struct walker *walker, size_t slot) {
    size_t last = --walker->task_count;
    struct walk_task *kept = walker->tasks[slot];
    walker->tasks[slot] = walker->tasks[last];
    walker->tasks[last] = kept;
    walker->units[slot] = walker->units[last];
}

/* A part keeps its task: what it found is in there. */
static void complete(struct walker *walker, size_t slot) {
    struct shared *shared = walker->shared;
    const struct walk_unit *unit = walker->units[slot];
    struct walk_task *task = walker->tasks[slot];
    if (unit->divided != NULL) {
        if (task->has_best) {
            walk_task_shrink(task);
        }
        unit->divided->parts[unit->part].task = task;
        walker->tasks[slot] = new_task(walker);
        return;
    }
    struct heap_findings findings = {task->walk.found_top || task->walk.found_fence, task->best_end, task->best,
                                     &task->best_gaps, &task->best_blocks};
    pthread_mutex_lock(&shared->mutex);
    walk_crew_keep(shared->crew->result, &walker->target, shared->crew->heaps, unit->heap, &findings);
    pthread_mutex_unlock(&shared->mutex);
}

/* Begins another walk where those under way want little. False: it does not. */
static bool widen(struct walker *walker, size_t wanted) {
    size_t slot = walker->task_count;
    if (wanted >= enough_at_once || slot == walks_at_once || walker->has_all) {
        return false;
    }
    if (walker->tasks[slot] == NULL) {
        walker->tasks[slot] = new_task(walker);
    }
    walker->has_all = !launch(walker, slot);
    walker->task_count += !walker->has_all;
    return !walker->has_all;
}

/* One round: every walk that wants memory gets it by the same system calls. */
static struct inspect_verdict round_of(struct walker *walker) {
    struct remote_piece pieces[walks_at_once];
    size_t wanted = 0;
    for (size_t slot = 0; slot < walker->task_count || widen(walker, wanted);) {
        enum walk_task_state state = walk_task_advance(walker->tasks[slot], &walker->deadline, &pieces[slot]);
        if (state == walk_task_late) {
            return inspect_good();
        }
        if (state == walk_task_wants) {
            wanted += pieces[slot++].bytes;
            continue;
        }
        complete(walker, slot);
        if (!launch(walker, slot)) {
            drop(walker, slot);
        }
    }
    struct inspect_verdict verdict = remote_read_pieces(&walker->target.memory, pieces, walker->task_count);
    for (size_t slot = 0; slot < walker->task_count && verdict.status == inspect_ok; slot++) {
        walk_task_take(walker->tasks[slot], &pieces[slot]);
    }
    return verdict;
}

/*
 * Time is up. No other heap tells of the main arena's, nor of a part's: they are shown as far as they were walked.
 */
static void give_up(struct walker *walker) {
    for (size_t slot = 0; slot < walker->task_count; slot++) {
        const struct walk_unit *unit = walker->units[slot];
        bool is_main = walker->shared->crew->heaps->heaps[unit->heap].stretch.kind != stretch_arena;
        if (is_main || unit->divided != NULL) {
            walk_task_cut(walker->tasks[slot]);
            complete(walker, slot);
        }
    }
}

static void walk(struct walker *walker) {
    walker->verdict = inspect_good();
    do {
        walker->verdict = round_of(walker);
    } while (walker->task_count > 0 && walker->verdict.status == inspect_ok && !deadline_is_over(&walker->deadline));
    if (walker->verdict.status == inspect_ok) {
        give_up(walker);
    }
    for (size_t slot = 0; slot < walks_at_once; slot++) {
        walk_task_destroy(walker->tasks[slot]);
    }
}

static void work(void *member) {
    struct walker *walker = member;
    const struct walk_crew *crew = walker->shared->crew;
    walker->target = *crew->target;
    walker->deadline = deadline_of_thread(crew->deadline, walker->shared->cpu_left_ns, &walker->cpu);
    walker->launch = deadline_in_part(&walker->deadline, launch_percent, &walker->launch_cpu);
    walker->target.deadline = &walker->deadline;
    walker->target.pages.deadline = &walker->deadline;
    walk(walker);
}

struct inspect_verdict walk_crew_run(const struct walk_crew *crew, size_t threads) {
    struct shared shared = {.crew = crew, .cpu_left_ns = deadline_cpu_left(crew->deadline)};
    struct walker *walkers = calloc(threads, sizeof *walkers);
    struct inspect_verdict verdict = inspect_good();
    if (walkers == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    (void)pthread_mutex_init(&shared.mutex, NULL);
    for (size_t index = 0; index < threads; index++) {
        walkers[index].shared = &shared;
        walkers[index].verdict = inspect_good();
    }
    crew_run(walkers, threads, sizeof *walkers, work);
    for (size_t index = 0; index < threads && verdict.status == inspect_ok; index++) {
        verdict = walkers[index].verdict;
    }
    pthread_mutex_destroy(&shared.mutex);
    free(walkers);
    return verdict;
}
