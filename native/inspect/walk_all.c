/* SPDX-License-Identifier: MIT */
#include "walk_all.h"

#include "crew.h"
#include "walk_crew.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    long_heap_limit = 3, /* that are divided, the longest first: many are as many walks anyway */
};

/* What is to be walked, and how it is divided. */
struct plan {
    struct divided_heap divided[long_heap_limit];
    size_t divided_count;
    struct walk_unit *units;
    size_t count;
};

/* xorshift64*, Vigna 2014. */
static uint64_t draw(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static void swap(struct walk_unit *one, struct walk_unit *other) {
    struct walk_unit kept = *one;
    *one = *other;
    *other = kept;
}

/* At random, the main arena's first: it is one heap however large, and no sample of others tells of it. */
static void make_order(const struct glibc_heaps *heaps, uint64_t seed, struct plan *plan) {
    uint64_t state = seed * 2 + 1;
    size_t front = 0;
    for (size_t index = plan->count; index > 1; index--) {
        swap(&plan->units[index - 1], &plan->units[draw(&state) % index]);
    }
    for (size_t index = 0; index < plan->count; index++) {
        if (heaps->heaps[plan->units[index].heap].stretch.kind != stretch_arena) {
            swap(&plan->units[index], &plan->units[front++]);
        }
    }
}

static uint64_t bytes_of(const struct heap *heap) {
    return heap->stretch.end - heap->stretch.start;
}

static struct divided_heap *divided_of(struct plan *plan, const struct heap *heap) {
    for (size_t index = 0; index < plan->divided_count; index++) {
        if (plan->divided[index].heap == heap) {
            return &plan->divided[index];
        }
    }
    return NULL;
}

/* The longest of those that are shorter than `last`, or as long and behind it; of all behind NULL. NULL: none. */
static const struct heap *longest(const struct glibc_heaps *heaps, const struct heap *last) {
    const struct heap *found = NULL;
    for (size_t index = 0; index < heaps->heap_count; index++) {
        const struct heap *heap = &heaps->heaps[index];
        bool is_next =
            last == NULL || bytes_of(heap) < bytes_of(last) || (bytes_of(heap) == bytes_of(last) && heap > last);
        if (is_next && (found == NULL || bytes_of(heap) > bytes_of(found))) {
            found = heap;
        }
    }
    return found;
}

static struct inspect_verdict divide(const struct target *target, const struct glibc_heaps *heaps, uint64_t part_bytes,
                                     struct plan *plan) {
    struct inspect_verdict verdict = inspect_good();
    const struct heap *heap = longest(heaps, NULL);
    for (size_t looks = 0;
         looks < long_heap_limit && heap != NULL && bytes_of(heap) >= 2 * part_bytes && verdict.status == inspect_ok;
         looks++) {
        struct divided_heap *divided = &plan->divided[plan->divided_count];
        verdict = heap_parts_divide(target, heaps, heap, bytes_of(heap) / part_bytes, divided);
        if (divided->count > 0) {
            plan->divided_count++;
        } else {
            heap_parts_free(divided);
        }
        heap = longest(heaps, heap);
    }
    return verdict;
}

static struct inspect_verdict make_units(const struct glibc_heaps *heaps, struct plan *plan) {
    size_t parts = 0;
    for (size_t index = 0; index < plan->divided_count; index++) {
        parts += plan->divided[index].count;
    }
    plan->units = malloc((heaps->heap_count + parts + 1) * sizeof *plan->units);
    if (plan->units == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    for (size_t heap = 0; heap < heaps->heap_count; heap++) {
        struct divided_heap *divided = divided_of(plan, &heaps->heaps[heap]);
        size_t count = divided == NULL ? 1 : divided->count;
        for (size_t part = 0; part < count; part++) {
            plan->units[plan->count++] = (struct walk_unit){heap, divided, part};
        }
    }
    return inspect_good();
}

/* What was walked in parts. */
static struct inspect_verdict join(const struct target *target, const struct glibc_heaps *heaps, struct plan *plan,
                                   const struct deadline *deadline, struct walk_result *result) {
    struct inspect_verdict verdict = inspect_good();
    for (size_t index = 0; index < plan->divided_count && verdict.status == inspect_ok; index++) {
        struct heap_findings findings;
        struct divided_heap *divided = &plan->divided[index];
        if (heap_parts_join(divided, target, deadline, &verdict, &findings)) {
            walk_crew_keep(result, target, heaps, (size_t)(divided->heap - heaps->heaps), &findings);
        }
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

static struct inspect_verdict allocate(const struct glibc_heaps *heaps, bool wants_blocks, struct walk_result *result) {
    size_t count = heaps->heap_count + 1;
    memset(result, 0, sizeof *result);
    result->heaps = calloc(count, sizeof *result->heaps);
    result->sum = calloc(1, sizeof *result->sum);
    result->candidates.list = malloc(candidate_limit * sizeof *result->candidates.list);
    result->blocks = wants_blocks ? calloc(count, sizeof *result->blocks) : NULL;
    bool is_good = result->heaps != NULL && result->sum != NULL && result->candidates.list != NULL &&
                   (result->blocks != NULL || !wants_blocks);
    return is_good ? inspect_good() : inspect_failure("memory", ENOMEM);
}

static struct inspect_verdict walk(const struct target *target, const struct glibc_heaps *heaps,
                                   const struct walk_options *options, struct plan *plan, struct walk_result *result) {
    uint64_t bytes = 0;
    for (size_t index = 0; index < heaps->heap_count; index++) {
        bytes += bytes_of(&heaps->heaps[index]);
    }
    uint64_t part_bytes = options->part_bytes != 0 ? options->part_bytes : (uint64_t)default_part_bytes;
    struct inspect_verdict verdict = divide(target, heaps, part_bytes, plan);
    if (verdict.status == inspect_ok) {
        verdict = make_units(heaps, plan);
    }
    if (verdict.status == inspect_ok) {
        make_order(heaps, options->seed, plan);
        struct walk_crew crew = {target,      heaps, options->deadline, options->wants_blocks, plan->units,
                                 plan->count, result};
        size_t threads = options->threads != 0 ? options->threads : crew_size(bytes);
        verdict = walk_crew_run(&crew, threads);
    }
    return verdict.status == inspect_ok ? join(target, heaps, plan, options->deadline, result) : verdict;
}

struct inspect_verdict walk_all(const struct target *target, const struct glibc_heaps *heaps,
                                const struct walk_options *options, struct walk_result *result) {
    struct plan plan = {.count = 0};
    struct inspect_verdict verdict = allocate(heaps, options->wants_blocks, result);
    if (verdict.status == inspect_ok) {
        verdict = walk(target, heaps, options, &plan, result);
    }
    if (verdict.status == inspect_ok) {
        foreign_gaps_sort(&result->gaps);
        verdict = measure_rest(target, heaps, result);
    }
    for (size_t index = 0; index < plan.divided_count; index++) {
        heap_parts_free(&plan.divided[index]);
    }
    free(plan.units);
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
