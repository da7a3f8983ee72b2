/* SPDX-License-Identifier: MIT */
#include "mmapped.h"

#include "mmapped_chain.h"

#include <stdlib.h>
#include <string.h>

static bool is_candidate(const struct glibc_heaps *heaps, const struct mapping *mapping) {
    return mmapped_is_candidate(mapping) && glibc_heaps_at(heaps, mapping->start) == NULL;
}

/* The first words of up to remote_batch mappings by one call. */
static struct inspect_verdict look_at(const struct target *target, const struct mapping **mappings, size_t count,
                                      struct mmapped *mmapped) {
    uint64_t words[remote_batch][2];
    struct remote_piece pieces[remote_batch];
    for (size_t index = 0; index < count; index++) {
        pieces[index] = (struct remote_piece){mappings[index]->start, sizeof words[index], words[index], false};
    }
    struct inspect_verdict verdict = remote_read_pieces(target->pid, pieces, count);
    for (size_t index = 0; index < count && verdict.status == inspect_ok; index++) {
        if (pieces[index].is_read && mmapped_claim(words[index], 0) != 0) {
            uint64_t behind;
            verdict = mmapped_follow(target, mappings[index]->start, mappings[index]->end, 0, mmapped, &behind);
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

static bool is_missing(const struct mmapped *mmapped, const struct malloc_params *params) {
    return mmapped->chunks < params->mmapped_chunks;
}

static struct inspect_verdict find(const struct target *target, struct glibc_heaps *heaps,
                                   const struct walk_result *walked, struct mmapped *mmapped) {
    struct malloc_params *params = &heaps->layout.params;
    struct inspect_verdict verdict = look_at_all(target, heaps, mmapped);
    read_params(target, params);
    mmapped->is_counted = params->address != 0;
    if (verdict.status == inspect_ok && is_missing(mmapped, params)) {
        verdict = mmapped_search(target, heaps, walked, mmapped);
    }
    return verdict;
}

/* Or some bytes of them; sums that differ by less than a page are whole: they drift from 2.43 on. */
static bool lacks_bytes(const struct mmapped *mmapped, const struct malloc_params *params) {
    return is_missing(mmapped, params) || mmapped->size_bytes + page_bytes() <= params->mmapped_bytes;
}

/* Once more, thoroughly, where that may find what is missing. */
static struct inspect_verdict find_missing(const struct target *target, struct glibc_heaps *heaps,
                                           const struct walk_result *walked, struct mmapped *mmapped) {
    struct mmapped thorough = {.is_thorough = true};
    struct inspect_verdict verdict = find(target, heaps, walked, &thorough);
    bool is_more = thorough.size_bytes > mmapped->size_bytes ||
                   (thorough.size_bytes == mmapped->size_bytes && thorough.chunks > mmapped->chunks);
    if (verdict.status == inspect_ok && is_more) {
        struct mmapped less = *mmapped;
        *mmapped = thorough;
        thorough = less;
    }
    mmapped_free(&thorough);
    return verdict;
}

struct inspect_verdict mmapped_find(const struct target *target, struct glibc_heaps *heaps,
                                    const struct walk_result *walked, struct mmapped *mmapped) {
    const struct malloc_params *params = &heaps->layout.params;
    memset(mmapped, 0, sizeof *mmapped);
    struct inspect_verdict verdict = find(target, heaps, walked, mmapped);
    if (verdict.status == inspect_ok && lacks_bytes(mmapped, params)) {
        verdict = find_missing(target, heaps, walked, mmapped);
    }
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(target->deadline, "finding blocks of their own mapping");
    }
    if (lacks_bytes(mmapped, params) && mmapped->size_bytes < params->mmapped_bytes) {
        mmapped->missing_bytes = params->mmapped_bytes - mmapped->size_bytes;
    }
    if (verdict.status != inspect_ok) {
        mmapped_free(mmapped);
    }
    return verdict;
}

void mmapped_free(struct mmapped *mmapped) {
    free(mmapped->list);
    memset(mmapped, 0, sizeof *mmapped);
}
