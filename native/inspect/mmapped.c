/* SPDX-License-Identifier: MIT */
#include "mmapped.h"

#include "mmapped_chain.h"
#include "mmapped_search.h"

#include <string.h>

static bool is_candidate(const struct glibc_heaps *heaps, const struct mapping *mapping) {
    return mapping_is_anonymous(mapping) && glibc_heaps_at(heaps, mapping->start) == NULL;
}

/* The first words of up to remote_batch mappings by one call. */
static struct inspect_verdict look_at(const struct target *target, const struct mapping **mappings, size_t count,
                                      struct mmapped *mmapped) {
    uint64_t words[remote_batch][2];
    struct remote_piece pieces[remote_batch];
    for (size_t index = 0; index < count; index++) {
        pieces[index] = (struct remote_piece){mappings[index]->start, sizeof words[index], words[index], false};
    }
    struct inspect_verdict verdict = remote_read_pieces(&target->memory, pieces, count);
    for (size_t index = 0; index < count && verdict.status == inspect_ok; index++) {
        if (pieces[index].is_read && mmapped_claim(words[index], 0) != 0) {
            verdict = mmapped_follow(target, mappings[index]->start, mappings[index]->end, mmapped);
        }
    }
    return verdict;
}

/* glibc's own sums, of now. */
static void read_params(const struct target *target, struct malloc_params *params) {
    unsigned char memory[malloc_params_bytes];
    if (params->address != 0 && target_read(target, params->address, memory, sizeof memory)) {
        (void)malloc_params_parse(&target->maps, memory, params);
    }
}

static struct inspect_verdict look_at_all(const struct target *target, const struct glibc_heaps *heaps,
                                          struct mmapped *mmapped) {
    const struct mapping *batch[remote_batch];
    size_t count = 0;
    struct inspect_verdict verdict = inspect_good();
    for (size_t index = 0; index < target->maps.count && verdict.status == inspect_ok; index++) {
        const struct mapping *mapping = &target->maps.list[index];
        if (!is_candidate(heaps, mapping)) {
            continue;
        }
        uint64_t page;
        verdict = page_map_next(&target->pages, mapping->start, mapping->start + page_bytes(), &page);
        if (verdict.status == inspect_ok && page == mapping->start) {
            batch[count++] = mapping;
        }
        if (count == remote_batch) {
            verdict = look_at(target, batch, count, mmapped);
            count = 0;
        }
    }
    return verdict.status == inspect_ok ? look_at(target, batch, count, mmapped) : verdict;
}

static struct inspect_verdict find(const struct target *target, struct glibc_heaps *heaps,
                                   const struct walk_result *walked, struct mmapped *mmapped) {
    struct malloc_params *params = &heaps->layout.params;
    struct inspect_verdict verdict = look_at_all(target, heaps, mmapped);
    read_params(target, params);
    mmapped->is_counted = params->address != 0;
    if (verdict.status == inspect_ok && mmapped->chunks < params->mmapped_chunks) {
        verdict = mmapped_search(target, heaps, walked, mmapped);
    }
    return verdict;
}

/* How far what was found is from what glibc counts. */
struct difference {
    uint64_t chunks;
    uint64_t bytes;
};

static uint64_t apart(uint64_t left, uint64_t right) {
    return left > right ? left - right : right - left;
}

/* From 2.43 on the sum of bytes may be too large: each mremap leaves 16 there. */
static struct difference compare(const struct mmapped *mmapped, const struct malloc_params *params) {
    bool is_drift = params->sum_drifts && mmapped->size_bytes < params->mmapped_bytes;
    struct difference difference = {apart(mmapped->chunks, params->mmapped_chunks),
                                    apart(mmapped->size_bytes, params->mmapped_bytes)};
    difference.bytes = is_drift && difference.chunks == 0 ? 0 : difference.bytes;
    return difference;
}

static bool is_less(struct difference left, struct difference right) {
    return left.chunks < right.chunks || (left.chunks == right.chunks && left.bytes < right.bytes);
}

/* Once more, thoroughly: kept where that is nearer to what glibc counts. */
static struct inspect_verdict find_again(const struct target *target, struct glibc_heaps *heaps,
                                         const struct walk_result *walked, struct mmapped *mmapped) {
    const struct malloc_params *params = &heaps->layout.params;
    struct mmapped thorough = {.is_thorough = true};
    struct inspect_verdict verdict = find(target, heaps, walked, &thorough);
    if (verdict.status == inspect_ok && is_less(compare(&thorough, params), compare(mmapped, params))) {
        struct mmapped other = *mmapped;
        *mmapped = thorough;
        thorough = other;
    }
    mmapped_free(&thorough);
    return verdict;
}

struct inspect_verdict mmapped_find(const struct target *target, struct glibc_heaps *heaps,
                                    const struct walk_result *walked, struct mmapped *mmapped) {
    const struct malloc_params *params = &heaps->layout.params;
    memset(mmapped, 0, sizeof *mmapped);
    struct inspect_verdict verdict = find(target, heaps, walked, mmapped);
    struct difference difference = compare(mmapped, params);
    if (verdict.status == inspect_ok && mmapped->is_counted && (difference.chunks > 0 || difference.bytes > 0)) {
        verdict = find_again(target, heaps, walked, mmapped);
        difference = compare(mmapped, params);
    }
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(target->deadline, "finding blocks of their own mapping");
    }
    if (mmapped->is_counted && mmapped->size_bytes < params->mmapped_bytes) {
        mmapped->missing_bytes = difference.bytes;
    }
    if (verdict.status != inspect_ok) {
        mmapped_free(mmapped);
    }
    return verdict;
}
