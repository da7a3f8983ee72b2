/* SPDX-License-Identifier: MIT */
#include "inspect.h"

#include "core_brk.h"
#include "core_file.h"
#include "fastbins.h"
#include "live_blocks.h"
#include "main_arena.h"
#include "mmapped.h"
#include "ranges.h"
#include "sample.h"
#include "tcaches.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A process whose threads end one after the other is read anew by the next one, so often. */
enum { try_limit = 16 };
/* The top of a heap that grows may lie behind the end that it had when the mappings were read. */
enum { growing_limit = 4 };
/*
 * All but the walk may go on for a part of its time after it, or for half a second when that is longer. Following the
 * lists of fastbins may take a part of the time for walking.
 */
enum { rest_part = 4, lists_percent = 50, shortest_rest_ms = 500, longest_ms = 24 * 60 * 60 * 1000 };

/* What one inspection holds while it is made. */
struct work {
    struct target target;
    struct glibc_heaps heaps;
    struct walk_result walked;
    struct mmapped mmapped;
};

/*
 * Bytes that the main arena has from the system and that were not found. By brk they include what others took there, so
 * there they are found or not; pieces by mmap may be missing one by one.
 */
static uint64_t missing_of_main(const struct work *work) {
    uint64_t bytes = main_arena_bytes(&work->heaps);
    uint64_t found = 0;
    for (size_t index = 0; index < work->heaps.heap_count; index++) {
        const struct heap *heap = &work->heaps.heaps[index];
        const struct walked_heap *walked = &work->walked.heaps[index];
        if (heap->stretch.kind == stretch_brk) {
            found += heap->limit - heap->base;
        } else if (heap->stretch.kind == stretch_mapped && !walked->is_gone) {
            found += walked->figures.size_bytes;
        }
    }
    bool is_whole = found > 0 && !work->heaps.arenas[0].state.is_noncontiguous;
    return is_whole || found + page_bytes() > bytes ? 0 : bytes - found;
}

static bool fill_arenas(const struct work *work, struct inspection *result) {
    const struct glibc_heaps *heaps = &work->heaps;
    result->arenas = calloc(heaps->arena_count + 1, sizeof *result->arenas);
    if (result->arenas == NULL) {
        return false;
    }
    result->arena_count = heaps->arena_count;
    for (size_t index = 0; index < heaps->arena_count; index++) {
        const struct arena *from = &heaps->arenas[index];
        struct inspect_arena *to = &result->arenas[index];
        to->address = from->state.address;
        to->is_main = from->is_main;
        to->has_attached_threads = heaps->layout.attached_at != 0;
        to->attached_threads = from->state.attached_threads;
        to->heaps = from->heaps;
    }
    for (size_t index = 0; index < heaps->heap_count; index++) {
        struct inspect_arena *arena = &result->arenas[heaps->heaps[index].stretch.arena];
        const struct walked_heap *walked = &work->walked.heaps[index];
        arena->heaps_walked += walked->is_walked;
        heap_figures_add(&arena->figures, &walked->figures);
        heap_figures_add(&result->totals, &walked->figures);
    }
    uint64_t missing = missing_of_main(work);
    if (missing > 0) {
        struct heap_figures unread = {
            .size_bytes = missing, .unreadable_bytes = missing, .unreadable_rss_bytes = missing};
        heap_figures_add(&result->arenas[0].figures, &unread);
        heap_figures_add(&result->totals, &unread);
    }
    return true;
}

static double consistency_of(const struct heap_figures *figures) {
    double troubled = (double)(figures->unreadable_bytes + figures->doubtful_bytes);
    double size = (double)figures->size_bytes;
    return figures->size_bytes == 0 || troubled == 0 ? 1 : (troubled < size ? 1 - troubled / size : 0);
}

static struct inspect_verdict fill(struct work *work, struct inspection *result) {
    for (size_t index = 0; index < work->heaps.heap_count; index++) {
        result->heaps_walked += work->walked.heaps[index].is_walked;
    }
    result->heaps_total = work->heaps.heap_count;
    struct sample_estimate estimate = sample_scale(&work->heaps, &work->walked);
    result->scale = estimate.scale;
    result->relative_error = estimate.relative_error;
    if (!fill_arenas(work, result) || !ranges_fill(&work->heaps, &work->walked, &work->mmapped, result)) {
        return inspect_failure("memory", ENOMEM);
    }
    if (work->walked.blocks != NULL) {
        live_blocks_fill(&work->walked, work->heaps.heap_count, &work->mmapped, result);
    }
    result->lists_left = work->heaps.lists_left;
    result->mmapped_chunks = work->mmapped.chunks;
    result->mmapped_sizes = work->mmapped.sizes;
    work->mmapped.sizes = NULL;
    result->mmapped_size = work->mmapped.size_bytes;
    result->mmapped_rss = work->mmapped.rss_bytes;
    result->mmapped_is_counted = work->mmapped.is_counted;
    result->mmapped_missing = work->mmapped.missing_bytes;
    result->consistency = consistency_of(&result->totals);
    result->sizes = work->walked.sum;
    work->walked.sum = NULL;
    return inspect_good();
}

static struct inspect_verdict look(struct work *work, const struct walk_options *walk, struct inspection *result) {
    struct cpu_limit lists_cpu;
    struct deadline lists = deadline_in_part(walk->deadline, lists_percent, &lists_cpu);
    struct inspect_verdict verdict = glibc_heaps_find(&work->target, &work->heaps);
    if (verdict.status == inspect_ok) {
        verdict = fastbins_find(&work->target, &lists, &work->heaps);
    }
    if (verdict.status == inspect_ok) {
        verdict = walk_all(&work->target, &work->heaps, walk, &work->walked);
    }
    if (verdict.status == inspect_ok) {
        verdict = tcaches_count(&work->target, &work->heaps, &work->walked);
    }
    if (verdict.status == inspect_ok) {
        verdict = mmapped_find(&work->target, &work->heaps, &work->walked, &work->mmapped);
    }
    if (verdict.status == inspect_ok) {
        verdict = fill(work, result);
    }
    return verdict.status == inspect_ok
               ? deadline_verdict(work->target.deadline, "following malloc's lists of free chunks")
               : verdict;
}

static void work_free(struct work *work) {
    walk_result_free(&work->walked, work->heaps.heap_count);
    glibc_heaps_free(&work->heaps);
    mmapped_free(&work->mmapped);
    target_close(&work->target);
}

/* Of a core file the memory that malloc began at is marked as [heap], which /proc/PID/maps has of the living. */
static struct inspect_verdict open_target(const struct remote *whose, const struct deadline *deadline,
                                          struct target *target) {
    struct inspect_verdict verdict = target_open_of(whose, deadline, target);
    if (verdict.status == inspect_ok && whose->core != NULL) {
        core_brk_mark(target);
    }
    return verdict;
}

/*
 * *must_repeat: the thread by which it was read has ended, and the process goes on; of a core file it is never so.
 */
static struct inspect_verdict inspect_once(const struct remote *whose, const struct walk_options *walk,
                                           const struct deadline *deadline, struct inspection *result,
                                           bool *must_repeat) {
    struct work work;
    memset(&work, 0, sizeof work);
    memset(result, 0, sizeof *result);
    struct inspect_verdict verdict = open_target(whose, deadline, &work.target);
    *must_repeat = verdict.status != inspect_ok && target_has_lost_thread(&work.target);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    verdict = look(&work, walk, result);
    /* What failed because the process ended says so, and what was read of its ruins is not shown. */
    struct inspect_verdict still = target_check(&work.target);
    if (still.status != inspect_ok && verdict.status != inspect_no_permission) {
        verdict = still;
        *must_repeat = target_has_lost_thread(&work.target);
    }
    work_free(&work);
    if (verdict.status != inspect_ok) {
        inspection_free(result);
    }
    return verdict;
}

/* Of one inspection. It does not move: the deadlines point into it. */
struct times {
    struct cpu_limit walk_cpu;
    struct cpu_limit cpu;
    struct deadline walk;
    struct deadline all;
};

static struct walk_options begin(const struct inspect_options *options, struct times *times) {
    uint64_t budget_ms = options->budget_ms < longest_ms ? options->budget_ms : (uint64_t)longest_ms;
    uint64_t rest_ms = budget_ms / rest_part > shortest_rest_ms ? budget_ms / rest_part : (uint64_t)shortest_rest_ms;
    times->walk = deadline_in(budget_ms, options->cancelled, &times->walk_cpu);
    times->all = deadline_in(budget_ms + rest_ms, options->cancelled, &times->cpu);
    return (struct walk_options){.deadline = &times->walk,
                                 .seed = options->seed,
                                 .wants_blocks = options->wants_blocks,
                                 .threads = options->threads,
                                 .part_bytes = options->part_bytes};
}

struct inspect_verdict inspect_memory(const struct remote *whose, const struct inspect_options *options,
                                      struct inspection *result) {
    struct times times;
    struct walk_options walk = begin(options, &times);
    struct inspect_verdict verdict;
    bool must_repeat = false;
    unsigned tries = 0;
    unsigned sought = 0;
    bool may_have_grown = false;
    do {
        verdict = inspect_once(whose, &walk, &times.all, result, &must_repeat);
        may_have_grown = whose->core == NULL && verdict.status == inspect_no_main_arena && ++sought < growing_limit;
    } while (may_have_grown || (must_repeat && ++tries < try_limit));
    return verdict;
}

struct inspect_verdict inspect_process(pid_t pid, const struct inspect_options *options, struct inspection *result) {
    const struct remote whose = {.pid = pid};
    return inspect_memory(&whose, options, result);
}

void inspection_free(struct inspection *result) {
    free(result->arenas);
    free(result->ranges);
    free(result->mmapped_sizes);
    free(result->sizes);
    block_list_free(&result->blocks);
    memset(result, 0, sizeof *result);
}

const char *inspect_status_name(enum inspect_status status) {
    switch (status) {
    case inspect_ok:
        return "ok";
    case inspect_no_process:
        return "no-process";
    case inspect_no_permission:
        return "no-permission";
    case inspect_kernel_thread:
        return "kernel-thread";
    case inspect_zombie:
        return "zombie";
    case inspect_not_glibc:
        return "not-glibc";
    case inspect_no_main_arena:
        return "no-main-arena";
    case inspect_too_large:
        return "too-large";
    case inspect_deadline:
        return "deadline";
    case inspect_cancelled:
        return "cancelled";
    case inspect_gone:
        return "gone";
    case inspect_no_core:
        return "no-core";
    case inspect_other_machine:
        return "other-machine";
    case inspect_no_memory:
        return "no-memory";
    case inspect_system_error:
        break;
    }
    return "system-error";
}
