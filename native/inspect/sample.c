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

static uint64_t resident_free(const struct heap_figures *heap) {
    return heap->page_bytes + heap->main_top_bytes + heap->arena_top_bytes + heap->sub_page_bytes;
}

/* Sums of the arena heaps that were walked: the main arena is no sample of them. */
static struct heap_figures sum_of_sample(const struct glibc_heaps *heaps, const struct walk_result *walked,
                                         size_t *count, size_t *all) {
    struct heap_figures sum = {0};
    *count = 0;
    *all = 0;
    for (size_t index = 0; index < heaps->heap_count; index++) {
        const struct heap_figures *heap = &walked->heaps[index];
        if (heaps->heaps[index].stretch.kind != stretch_arena || heap->is_gone) {
            continue;
        }
        ++*all;
        if (!heap->is_walked) {
            continue;
        }
        ++*count;
        sum.rss += heap->rss;
        sum.live_bytes += heap->live_bytes;
        sum.live_chunks += heap->live_chunks;
        sum.free_bytes += heap->free_bytes;
        sum.free_chunks += heap->free_chunks;
        sum.page_bytes += heap->page_bytes;
        sum.arena_top_bytes += heap->arena_top_bytes;
        sum.sub_page_bytes += heap->sub_page_bytes;
        sum.unknown_bytes += heap->unknown_bytes;
    }
    return sum;
}

/* Without one heap that was walked there is nothing to go by. */
static void impute(struct heap_figures *heap, const struct heap_figures *sum) {
    if (sum->rss == 0) {
        heap->unreadable_bytes = heap->size;
        return;
    }
    double share = (double)heap->rss / (double)sum->rss;
    heap->live_bytes = (uint64_t)((double)sum->live_bytes * share);
    heap->live_chunks = (uint64_t)((double)sum->live_chunks * share);
    heap->free_bytes = (uint64_t)((double)sum->free_bytes * share);
    heap->free_chunks = (uint64_t)((double)sum->free_chunks * share);
    heap->page_bytes = (uint64_t)((double)sum->page_bytes * share);
    heap->arena_top_bytes = (uint64_t)((double)sum->arena_top_bytes * share);
    heap->sub_page_bytes = (uint64_t)((double)sum->sub_page_bytes * share);
    heap->unknown_bytes = (uint64_t)((double)sum->unknown_bytes * share);
}

/* Half the 95 % interval of the estimated total, in bytes. */
static double half_interval(const struct glibc_heaps *heaps, const struct walk_result *walked, double ratio,
                            size_t count, size_t all) {
    double squares = 0;
    for (size_t index = 0; index < heaps->heap_count; index++) {
        const struct heap_figures *heap = &walked->heaps[index];
        if (heaps->heaps[index].stretch.kind == stretch_arena && heap->is_walked && !heap->is_gone) {
            double residual = (double)resident_free(heap) - ratio * (double)heap->rss;
            squares += residual * residual;
        }
    }
    double variance = squares / (double)(count - 1) * (1 - (double)count / (double)all) / (double)count;
    return normal_95 * (double)all * square_root(variance);
}

void sample_scale(const struct glibc_heaps *heaps, struct walk_result *walked, struct inspection *result) {
    size_t count;
    size_t all;
    struct heap_figures sum = sum_of_sample(heaps, walked, &count, &all);
    double estimate = 0;
    if (all == count) {
        return;
    }
    for (size_t index = 0; index < heaps->heap_count; index++) {
        if (!walked->heaps[index].is_walked) {
            impute(&walked->heaps[index], &sum);
        }
        estimate += (double)resident_free(&walked->heaps[index]);
    }
    result->scale = walked->walked_rss == 0 ? 1 : (double)walked->total_rss / (double)walked->walked_rss;
    result->relative_error = 1;
    if (count > 1 && sum.rss > 0 && estimate > 0) {
        double ratio = (double)resident_free(&sum) / (double)sum.rss;
        result->relative_error = half_interval(heaps, walked, ratio, count, all) / estimate;
    }
}
