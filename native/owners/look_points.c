/* SPDX-License-Identifier: MIT */
#include "look.h"

#include "../inspect/list_room.h"
#include "java_points.h"

#include <stdlib.h>

/* Adds what of a range no hole covers to look->malloc. False: there is no memory. */
static bool add_around(struct look *look, const struct owners_range *range, size_t *hole, size_t *capacity) {
    uint64_t at = range->start;
    while (*hole < look->hole_count && look->holes[*hole].end <= at) {
        (*hole)++;
    }
    for (size_t next = *hole; at < range->end; next++) {
        bool is_cut = next < look->hole_count && look->holes[next].start < range->end;
        const struct memory_range part = {at, is_cut ? look->holes[next].start : range->end};
        if (part.start < part.end) {
            struct memory_range *list = list_with_room(look->malloc, look->malloc_count, capacity, 64, sizeof *list);
            if (list == NULL) {
                return false;
            }
            look->malloc = list;
            list[look->malloc_count++] = part;
        }
        at = is_cut ? look->holes[next].end : range->end;
    }
    return true;
}

/* The memory that the caller names, without stacks and the Java heap. pre: its ranges ascend and do not overlap */
static bool find_memory(struct look *look) {
    size_t capacity = 0;
    size_t hole = 0;
    bool is_good = look_find_holes(look);
    for (size_t index = 0; is_good && index < look->options->range_count; index++) {
        is_good = add_around(look, &look->options->ranges[index], &hole, &capacity);
    }
    return is_good;
}

/* Of those that have one, how many addresses are theirs. */
static void count_addresses(struct look *look, struct owners_result *result) {
    for (size_t block = 0; block < look->claims.count; block++) {
        uint32_t owner = look->claims.owners[block];
        if (owner != no_owner) {
            look->owners[owner].direct_blocks++;
            look->owners[owner].blocks++;
            result->live_blocks++;
        }
    }
}

static struct inspect_verdict claim_addresses(struct look *look, struct owners_result *result) {
    size_t addresses;
    if (!find_memory(look)) {
        return look_no_memory();
    }
    look->collections = hotspot_collections(look->vm);
    struct inspect_verdict verdict =
        java_points_find(&look->target, look->vm, look->malloc, look->malloc_count, &look->hits, &addresses);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    if (hotspot_collections(look->vm) != look->collections) {
        java_hits_join(&look->hits);
    }
    result->missed_bytes = look->hits.heap.missed_bytes;
    result->lost_pointers = look->hits.missing;
    if (!java_owners_make(look->vm, &look->hits, look_first_class(look), &look->classes) ||
        !java_owners_root(&look->hits, &look->classes) || !claims_make(NULL, addresses, &look->claims)) {
        return look_no_memory();
    }
    claims_add(&look->claims, look->classes.exact.list, look->classes.exact.count);
    return verdict;
}

struct inspect_verdict look_at_points(struct look *look, struct owners_result *result) {
    uint64_t begun = monotonic_ns();
    struct inspect_verdict verdict = thread_stacks_find(&look->target, &look->stacks);
    if (verdict.status == inspect_ok) {
        verdict = hotspot_open(&look->target, &look->vm, &result->why_no_heap);
    }
    if (verdict.status == inspect_ok && look->vm != NULL) {
        verdict = look_list_jvm_threads(look);
    }
    if (verdict.status == inspect_ok && look->vm != NULL) {
        verdict = claim_addresses(look, result);
    }
    if (verdict.status == inspect_ok && !look_name_owners(look)) {
        verdict = look_no_memory();
    }
    if (verdict.status == inspect_ok) {
        count_addresses(look, result);
        verdict = look_fill_java(look, result) ? verdict : look_no_memory();
    }
    uint64_t filled = monotonic_ns();
    result->heap_ms = (filled - begun) / ns_a_ms;
    if (verdict.status == inspect_ok && look->vm != NULL) {
        verdict = look_climb(look, result);
        verdict = verdict.status == inspect_deadline ? inspect_good() : verdict;
    }
    if (verdict.status == inspect_ok && !look_order(look, result)) {
        verdict = look_no_memory();
    }
    result->holders_ms = (monotonic_ns() - filled) / ns_a_ms;
    return verdict;
}
