/* SPDX-License-Identifier: MIT */
#include "sample.h"

static const double normal_95 = 1.959964; /* half a 95 % interval, in standard errors */

static double square_root(double value) {
    double root = value > 1 ? value : 1;
    for (unsigned round = 0; round < 64; round++) {
        root = (root + value / root) / 2;
    }
    return value > 0 ? root : 0;
}

/* Sums of the arena heaps that were walked: the main arena is no sample of them. */
static struct heap_figures sum_of_sample(const struct glibc_heaps *heaps, const struct walk_result *walked,
                                         size_t *count, size_t *all) {
    struct heap_figures sum = {0};
    *count = 0;
    *all = 0;
    for (size_t index = 0; index < heaps->heap_count; index++) {
        const struct walked_heap *heap = &walked->heaps[index];
        if (heaps->heaps[index].stretch.kind != stretch_arena || heap->is_gone) {
            continue;
        }
        ++*all;
        if (heap->is_walked) {
            ++*count;
            heap_figures_add(&sum, &heap->figures);
        }
    }
    return sum;
}

/* Nothing is known of it: no other heap tells of the main arena's. */
static void leave_unread(struct heap_figures *heap) {
    heap->unreadable_bytes = heap->size_bytes;
    heap->unreadable_rss_bytes = heap->rss_bytes;
}

static void impute(struct heap_figures *heap, const struct heap_figures *sum) {
    double share = (double)heap->rss_bytes / (double)sum->rss_bytes;
#define OFFHEAP_FIGURE(unwalked, group, name)                                                                          \
    if (unwalked_##unwalked == unwalked_estimated) {                                                                   \
        heap->name = (uint64_t)((double)sum->name * share);                                                            \
    }
    OFFHEAP_HEAP_FIGURES
#undef OFFHEAP_FIGURE
    heap->estimated_rss_bytes = heap->rss_bytes;
}

/* Half the 95 % interval of the estimated total, in bytes. */
static double half_interval(const struct glibc_heaps *heaps, const struct walk_result *walked, double ratio,
                            size_t count, size_t all) {
    double squares = 0;
    for (size_t index = 0; index < heaps->heap_count; index++) {
        const struct walked_heap *heap = &walked->heaps[index];
        if (heaps->heaps[index].stretch.kind == stretch_arena && heap->is_walked && !heap->is_gone) {
            double residual =
                (double)heap_figures_resident_free(&heap->figures) - ratio * (double)heap->figures.rss_bytes;
            squares += residual * residual;
        }
    }
    double variance = squares / (double)(count - 1) * (1 - (double)count / (double)all) / (double)count;
    return normal_95 * (double)all * square_root(variance);
}

struct sample_estimate sample_scale(const struct glibc_heaps *heaps, struct walk_result *walked) {
    struct sample_estimate result = {.scale = 1, .relative_error = 0};
    size_t count;
    size_t all;
    struct heap_figures sum = sum_of_sample(heaps, walked, &count, &all);
    double estimate = 0;
    double estimated_rss = 0;
    for (size_t index = 0; index < heaps->heap_count; index++) {
        struct heap_figures *figures = &walked->heaps[index].figures;
        bool is_arena = heaps->heaps[index].stretch.kind == stretch_arena;
        if (!walked->heaps[index].is_walked && is_arena && sum.rss_bytes > 0) {
            impute(figures, &sum);
        } else if (!walked->heaps[index].is_walked) {
            leave_unread(figures);
        }
        estimate += (double)heap_figures_resident_free(figures);
        estimated_rss += (double)figures->estimated_rss_bytes;
    }
    if (all == count) {
        return result;
    }
    result.scale = walked->walked_rss == 0 ? 1 : 1 + estimated_rss / (double)walked->walked_rss;
    result.relative_error = 1;
    if (count > 1 && sum.rss_bytes > 0 && estimate > 0) {
        double ratio = (double)heap_figures_resident_free(&sum) / (double)sum.rss_bytes;
        result.relative_error = half_interval(heaps, walked, ratio, count, all) / estimate;
    }
    return result;
}
