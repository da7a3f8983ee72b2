/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "walk_all.h"

#include "walk_task.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    walks_at_once = 8, /* more would be half-walked when time is up */
    candidate_limit = 65536,
    launch_percent = 70, /* of the time for walking, after which no heap is begun */
};

struct crew {
    const struct target *target;
    const struct glibc_heaps *heaps;
    struct walk_result *result;
    size_t *order;
    size_t next; /* in order */
    struct walk_task **tasks;
    size_t *task_heaps; /* index of the heap that each task walks */
    size_t task_count;  /* under way; they are the first ones */
    struct deadline launch;
    const struct deadline *deadline;
};

/* xorshift64*, Vigna 2014. */
static uint64_t draw(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

/* At random, the main arena's first: it is one heap however large, and no sample of others tells of it. */
static void make_order(const struct glibc_heaps *heaps, uint64_t seed, size_t *order) {
    uint64_t state = seed * 2 + 1;
    size_t front = 0;
    for (size_t index = 0; index < heaps->heap_count; index++) {
        order[index] = index;
    }
    for (size_t index = heaps->heap_count; index > 1; index--) {
        size_t other = (size_t)(draw(&state) % index);
        size_t kept = order[index - 1];
        order[index - 1] = order[other];
        order[other] = kept;
    }
    for (size_t index = 0; index < heaps->heap_count; index++) {
        if (heaps->heaps[order[index]].stretch.kind != stretch_arena) {
            size_t kept = order[front];
            order[front++] = order[index];
            order[index] = kept;
        }
    }
}

static void keep_candidates(struct walk_result *result, const struct tally *tally) {
    for (uint32_t index = 0; index < tally->candidate_count && result->candidates.count < candidate_limit; index++) {
        result->candidates.list[result->candidates.count++] = tally->candidates[index];
    }
}

/* A mapping that only looked like a piece of the main arena has neither its top nor a fence. */
static bool is_no_heap(const struct walk_task *task) {
    const struct chunk_walk *walk = &task->walk;
    if (walk->stretch.kind == stretch_mapped) {
        return !walk->found_top && !walk->found_fence;
    }
    uint64_t word;
    return task->best->figures.unreadable_bytes > 0 && !target_read(task->target, task->heap->base, &word, sizeof word);
}

static void complete(struct crew *crew, size_t slot) {
    const struct walk_task *task = crew->tasks[slot];
    struct walked_heap *heap = &crew->result->heaps[crew->task_heaps[slot]];
    const struct tally *tally = task->best;
    memset(heap, 0, sizeof *heap);
    heap->is_walked = true;
    heap->is_gone = is_no_heap(task);
    if (heap->is_gone) {
        return;
    }
    heap->end = task->best_end;
    heap->figures = tally->figures;
    if (crew->result->blocks != NULL) {
        struct block_list *blocks = &crew->result->blocks[crew->task_heaps[slot]];
        *blocks = crew->tasks[slot]->best_blocks;
        memset(&crew->tasks[slot]->best_blocks, 0, sizeof *blocks);
    }
    tally_add(crew->result->sum, tally);
    keep_candidates(crew->result, tally);
    /* Those without room stay a part of the heap's range. */
    for (size_t gap = 0; gap < task->best_gaps.count; gap++) {
        (void)foreign_gaps_add(&crew->result->gaps, task->best_gaps.list[gap].start, task->best_gaps.list[gap].end);
    }
    crew->result->walked++;
    crew->result->walked_rss += heap->figures.rss_bytes;
}

/* Gives a task the next heap, if one is left. */
static bool launch(struct crew *crew, size_t slot) {
    if (crew->next >= crew->heaps->heap_count || deadline_is_over(&crew->launch)) {
        return false;
    }
    size_t heap = crew->order[crew->next++];
    crew->task_heaps[slot] = heap;
    walk_task_begin(crew->tasks[slot], crew->target, crew->heaps, &crew->heaps->heaps[heap]);
    return true;
}

static void drop(struct crew *crew, size_t slot) {
    size_t last = --crew->task_count;
    struct walk_task *kept = crew->tasks[slot];
    crew->tasks[slot] = crew->tasks[last];
    crew->tasks[last] = kept;
    crew->task_heaps[slot] = crew->task_heaps[last];
}

/* One round: every walk that wants memory gets it by the same system calls. */
static struct inspect_verdict round_of(struct crew *crew) {
    struct remote_piece pieces[walks_at_once];
    for (size_t slot = 0; slot < crew->task_count;) {
        enum walk_task_state state = walk_task_advance(crew->tasks[slot], crew->deadline, &pieces[slot]);
        if (state == walk_task_late) {
            return inspect_good();
        }
        if (state == walk_task_wants) {
            slot++;
            continue;
        }
        complete(crew, slot);
        if (!launch(crew, slot)) {
            drop(crew, slot);
        }
    }
    struct inspect_verdict verdict = remote_read_pieces(&crew->target->memory, pieces, crew->task_count);
    for (size_t slot = 0; slot < crew->task_count && verdict.status == inspect_ok; slot++) {
        walk_task_take(crew->tasks[slot], &pieces[slot]);
    }
    return verdict;
}

/* Time is up. No other heap tells of the main arena's: it is shown as far as it was walked. */
static void give_up(struct crew *crew) {
    for (size_t slot = 0; slot < crew->task_count; slot++) {
        if (crew->heaps->heaps[crew->task_heaps[slot]].stretch.kind != stretch_arena) {
            walk_task_cut(crew->tasks[slot]);
            complete(crew, slot);
        }
    }
}

static struct inspect_verdict run(struct crew *crew, size_t slots) {
    struct inspect_verdict verdict = inspect_good();
    while (crew->task_count < slots && launch(crew, crew->task_count)) {
        crew->task_count++;
    }
    while (crew->task_count > 0 && verdict.status == inspect_ok && !deadline_is_over(crew->deadline)) {
        verdict = round_of(crew);
    }
    if (verdict.status == inspect_ok) {
        give_up(crew);
    }
    return verdict;
}

/* Size and RSS of heaps that were not walked. */
static struct inspect_verdict measure_rest(const struct target *target, const struct glibc_heaps *heaps,
                                           struct walk_result *result) {
    struct inspect_verdict verdict = deadline_verdict(target->deadline, "walking malloc's heaps");
    for (size_t index = 0; index < heaps->heap_count && verdict.status == inspect_ok; index++) {
        const struct heap *heap = &heaps->heaps[index];
        struct walked_heap *rest = &result->heaps[index];
        if (rest->is_walked) {
            continue;
        }
        rest->end = heap->stretch.end;
        rest->figures.size_bytes = heap->stretch.end - heap->base;
        verdict = page_map_count(&target->pages, heap->base, heap->stretch.end, &rest->figures.rss_bytes);
    }
    return verdict;
}

static bool allocate(struct crew *crew, size_t slots, bool wants_blocks) {
    size_t heaps = crew->heaps->heap_count + 1;
    struct walk_result *result = crew->result;
    memset(result, 0, sizeof *result);
    result->heaps = calloc(heaps, sizeof *result->heaps);
    result->sum = calloc(1, sizeof *result->sum);
    result->candidates.list = malloc(candidate_limit * sizeof *result->candidates.list);
    result->blocks = wants_blocks ? calloc(heaps, sizeof *result->blocks) : NULL;
    crew->order = malloc(heaps * sizeof *crew->order);
    crew->tasks = calloc(slots + 1, sizeof *crew->tasks);
    crew->task_heaps = calloc(slots + 1, sizeof *crew->task_heaps);
    bool is_good = result->heaps != NULL && result->sum != NULL && result->candidates.list != NULL &&
                   (result->blocks != NULL || !wants_blocks) && crew->order != NULL && crew->tasks != NULL &&
                   crew->task_heaps != NULL;
    for (size_t slot = 0; is_good && slot < slots; slot++) {
        crew->tasks[slot] = walk_task_create();
        is_good = crew->tasks[slot] != NULL;
        if (is_good) {
            crew->tasks[slot]->wants_blocks = wants_blocks;
        }
    }
    return is_good;
}

static void release(struct crew *crew, size_t slots) {
    for (size_t slot = 0; crew->tasks != NULL && slot < slots; slot++) {
        walk_task_destroy(crew->tasks[slot]);
    }
    free(crew->order);
    free(crew->tasks);
    free(crew->task_heaps);
}

struct inspect_verdict walk_all(const struct target *target, const struct glibc_heaps *heaps,
                                const struct walk_options *options, struct walk_result *result) {
    struct crew crew = {.target = target, .heaps = heaps, .result = result};
    size_t slots = heaps->heap_count < walks_at_once ? heaps->heap_count : (size_t)walks_at_once;
    struct cpu_limit launch;
    crew.deadline = options->deadline;
    crew.launch = deadline_in_part(options->deadline, launch_percent, &launch);
    struct inspect_verdict verdict = inspect_failure("memory", ENOMEM);
    if (allocate(&crew, slots, options->wants_blocks)) {
        make_order(heaps, options->seed, crew.order);
        verdict = run(&crew, slots);
    }
    if (verdict.status == inspect_ok) {
        foreign_gaps_sort(&result->gaps);
        verdict = measure_rest(target, heaps, result);
    }
    release(&crew, slots);
    if (verdict.status != inspect_ok) {
        walk_result_free(result, heaps->heap_count);
    }
    return verdict;
}

void walk_result_free(struct walk_result *result, size_t heap_count) {
    for (size_t heap = 0; result->blocks != NULL && heap < heap_count; heap++) {
        block_list_free(&result->blocks[heap]);
    }
    free(result->blocks);
    address_set_free(&result->cached);
    foreign_gaps_free(&result->gaps);
    free(result->heaps);
    free(result->sum);
    free(result->candidates.list);
    memset(result, 0, sizeof *result);
}
