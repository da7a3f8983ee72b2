/* SPDX-License-Identifier: MIT */
#include "free_pages.h"

#include "../inspect/target.h"
#include "free_extents.h"
#include "free_segments.h"

#include <string.h>

static struct inspect_verdict read_of(const struct target *target, const struct free_pages_options *options,
                                      struct free_pages *result) {
    if (options->allocator == free_pages_mimalloc) {
        return free_segments_read(target, &result->segments);
    }
    enum extent_records records = options->allocator == free_pages_jemalloc ? records_of_jemalloc : records_of_tcmalloc;
    return free_extents_read(target, records, options->page_bytes, options->start, options->end, &result->extents);
}

struct inspect_verdict free_pages_read(pid_t pid, const struct free_pages_options *options, struct free_pages *result) {
    struct cpu_limit cpu;
    struct deadline deadline = deadline_in(options->budget_ms, options->cancelled, &cpu);
    struct target target;
    memset(result, 0, sizeof *result);
    struct inspect_verdict verdict = target_open(pid, &deadline, &target);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    verdict = read_of(&target, options, result);
    if (verdict.status == inspect_ok) {
        verdict = target_check(&target);
    }
    target_close(&target);
    return verdict;
}
