/* SPDX-License-Identifier: MIT */
#include "owners.h"

#include "look.h"

#include <stdlib.h>
#include <string.h>

/* Milliseconds since *since, which becomes now. */
static uint64_t lap(uint64_t *since) {
    uint64_t now = monotonic_ns();
    uint64_t ms = (now - *since) / ns_a_ms;
    *since = now;
    return ms;
}

static struct inspect_verdict look_by(struct look *look, struct stream *stream, struct owners_result *result) {
    uint64_t since = monotonic_ns();
    if (!look_find_ranges(look) || !block_table_make(&look->inspection.blocks, &look->table)) {
        return look_no_memory();
    }
    struct inspect_verdict verdict =
        block_graph_make(&look->target, &look->table, look->malloc, look->malloc_count, &look->graph);
    if (verdict.status == inspect_ok && !claims_make(&look->graph, look->inspection.blocks.count, &look->claims)) {
        verdict = look_no_memory();
    }
    result->follow_ms = lap(&since);
    if (verdict.status == inspect_ok) {
        verdict = thread_stacks_find(&look->target, &look->stacks);
    }
    if (verdict.status == inspect_ok) {
        verdict = look_scan_stacks(look, stream);
    }
    if (verdict.status == inspect_ok) {
        verdict = hotspot_open(&look->target, &look->vm, &result->why_no_heap);
    }
    if (verdict.status == inspect_ok && look->vm != NULL) {
        verdict = look_read_java(look, result);
    }
    result->heap_ms = lap(&since);
    if (verdict.status == inspect_ok && !look_find_holes(look)) {
        verdict = look_no_memory();
    }
    if (verdict.status == inspect_ok) {
        verdict = look_read_others(look, stream, result);
    }
    if (verdict.status == inspect_ok) {
        verdict = look_claim(look);
    }
    if (verdict.status == inspect_ok) {
        verdict = type_names_find(&look->target, &look->graph.tables, &look->names);
    }
    if (verdict.status == inspect_ok && !look_fill(look, result)) {
        verdict = look_no_memory();
    }
    result->other_ms = lap(&since);
    if (verdict.status == inspect_ok && look->vm != NULL) {
        verdict = look_climb(look, result);
        /* Who owns the blocks is known without it. */
        verdict = verdict.status == inspect_deadline ? inspect_good() : verdict;
    }
    if (verdict.status == inspect_ok && !look_order(look, result)) {
        verdict = look_no_memory();
    }
    result->holders_ms = lap(&since);
    return verdict;
}

static struct inspect_verdict look_at(struct look *look, struct owners_result *result) {
    struct stream stream;
    struct inspect_verdict verdict =
        stream_open(&look->target, &stream) ? look_by(look, &stream, result) : look_no_memory();
    stream_close(&stream);
    return verdict;
}

static void release(struct look *look) {
    hotspot_close(look->vm);
    free(look->jvm_threads);
    free(look->owners);
    free(look->holes);
    free(look->malloc);
    java_owners_free(&look->classes);
    java_hits_free(&look->hits);
    thread_stacks_free(&look->stacks);
    root_list_free(&look->globals);
    root_list_free(&look->mapped);
    root_list_free(&look->threads);
    root_list_free(&look->structures);
    thread_arenas_close(&look->arenas);
    block_marks_free(&look->marks);
    claims_free(&look->claims);
    block_graph_free(&look->graph);
    type_names_free(&look->names);
    block_table_free(&look->table);
}

/* A process that ended meanwhile, or became another, is told as that, whatever came of it. */
static struct inspect_verdict look_into(struct look *look, const struct remote *whose, const struct deadline *deadline,
                                        struct owners_result *result) {
    struct inspect_verdict verdict = target_open_of(whose, deadline, &look->target);
    if (verdict.status == inspect_ok) {
        verdict = look->options->by_points ? look_at_points(look, result) : look_at(look, result);
        struct inspect_verdict still = target_check(&look->target);
        verdict = still.status != inspect_ok && verdict.status != inspect_no_permission ? still : verdict;
        release(look);
        target_close(&look->target);
    }
    return verdict;
}

struct inspect_verdict owners_find(const struct remote *whose, const struct owners_options *options,
                                   struct owners_result *result) {
    struct look look;
    struct cpu_limit cpu;
    uint64_t since = monotonic_ns();
    uint64_t budget_ms = options->budget_ms > 0 && options->budget_ms < longest_ms ? options->budget_ms : longest_ms;
    struct deadline deadline = deadline_in(budget_ms, options->cancelled, &cpu);
    const struct inspect_options inspect = {
        .budget_ms = budget_ms, .seed = 1, .wants_blocks = true, .cancelled = options->cancelled};
    memset(&look, 0, sizeof look);
    memset(result, 0, sizeof *result);
    look.options = options;
    struct inspect_verdict verdict =
        options->by_points ? inspect_good() : inspect_memory(whose, &inspect, &look.inspection);
    result->walk_ms = lap(&since);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    verdict = look_into(&look, whose, &deadline, result);
    if (!options->by_points) {
        inspection_free(&look.inspection);
    }
    if (verdict.status != inspect_ok) {
        owners_free(result);
    }
    return verdict;
}

void owners_free(struct owners_result *result) {
    free(result->thread_names);
    free(result->owners);
    free(result->fields);
    free(result->types);
    free(result->sizes);
    free(result->categories);
    free(result->holders);
    free(result->climbs);
    free(result->type_text);
    memset(result, 0, sizeof *result);
}
