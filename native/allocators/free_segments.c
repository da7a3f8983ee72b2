/* SPDX-License-Identifier: MIT */
#include "free_segments.h"

#include "mimalloc_segment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* MI_MEDIUM_PAGE_SIZE: a larger page has one block. */
enum { medium_slices = 8, medium_bytes = medium_slices << 16, tries = 3 };
/* Of a list of freed blocks (mi_tf_block). */
static const uint64_t list_mask = ~(uint64_t)3;

struct reading {
    const struct target *target;
    struct free_segments *result;
    uint64_t secret;
    struct page_bits pages;
    struct mimalloc_segment segment;
    unsigned char blocks[medium_bytes]; /* of one page of mimalloc */
    bool is_given[mimalloc_slices];     /* slices that come back */
};

/* 1: a free span that is in no queue, as in a segment that was freed and is in the cache (mi_span_queue_delete). */
static bool is_page(const struct mimalloc_span *span) {
    return span->block_bytes > 1;
}

bool mimalloc_segment_is_sound(const struct mimalloc_segment *segment) {
    uint64_t used = 0;
    uint64_t at = 0;
    bool is_sane = segment->entries > 1 && segment->entries <= mimalloc_slices && segment->info_slices >= 1 &&
                   segment->info_slices < segment->entries && segment->slices >= segment->entries &&
                   segment->kind <= mimalloc_huge && segment->abandoned <= segment->used &&
                   segment->spans[0].slices == segment->info_slices && is_page(&segment->spans[0]);
    while (is_sane && at < segment->entries) {
        const struct mimalloc_span *span = &segment->spans[at];
        is_sane = span->slices > 0 && span->offset == 0 && span->slices <= segment->slices - at;
        used += is_page(span) ? 1 : 0;
        at += span->slices;
    }
    return is_sane && (segment->kind == mimalloc_huge || at == segment->entries) && used == segment->used + 1;
}

/* The list's next block: its first word. false: it leads out of the page, and nothing here is as it should be. */
static bool follow(const struct reading *reading, uint64_t start, uint64_t bytes, uint64_t *block) {
    if (*block < start || *block - start > bytes - sizeof *block) {
        return false;
    }
    memcpy(block, reading->blocks + (*block - start), sizeof *block);
    return true;
}

/*
 * Whether all blocks of a page were freed, most of them by other threads (_mi_page_free_collect, mi_page_all_free).
 * *is_sound becomes false where its list is none.
 */
static bool is_freed(struct reading *reading, uint64_t start, const struct mimalloc_span *span, bool *is_sound) {
    uint64_t block = span->thread_free & list_mask;
    if (span->used == 0 || block == 0) {
        return span->used == 0;
    }
    if (span->slices > medium_slices) {
        return span->used == 1 && block == start;
    }
    uint64_t bytes = span->slices * mimalloc_slice_bytes;
    uint32_t freed = 0;
    /* A block has room for a word. */
    if (span->used > bytes / sizeof block || !target_read_sparse(reading->target, start, reading->blocks, bytes)) {
        *is_sound = false;
        return false;
    }
    for (; block != 0 && freed <= span->used && *is_sound; freed++) {
        *is_sound = follow(reading, start, bytes, &block);
    }
    *is_sound = *is_sound && freed <= span->used;
    return *is_sound && freed == span->used;
}

/* mi_segment_span_free_coalesce: a page that is freed is given back with the free spans beside it. */
static void give_run(struct reading *reading, uint64_t from, uint64_t to, bool has_freed) {
    for (uint64_t slice = from; slice < to; slice++) {
        uint64_t bit = UINT64_C(1) << (slice % 64);
        const struct mimalloc_segment *segment = &reading->segment;
        bool waits = (segment->decommit_mask[slice / 64] & bit) != 0;
        bool is_committed = (segment->commit_mask[slice / 64] & bit) != 0;
        reading->is_given[slice] = waits || (has_freed && is_committed);
    }
}

/*
 * mi_segment_check_free and mi_segment_delayed_decommit of an abandoned segment. *is_whole: no page is in use any more,
 * and it goes as a whole.
 */
static bool find_given(struct reading *reading, uint64_t address, bool *is_whole) {
    const struct mimalloc_segment *segment = &reading->segment;
    bool is_sound = true;
    bool has_freed = false;
    uint64_t freed = 0;
    uint64_t run = segment->info_slices;
    memset(reading->is_given, 0, sizeof reading->is_given);
    for (uint64_t at = run; at < segment->entries && is_sound;) {
        const struct mimalloc_span *span = &segment->spans[at];
        uint64_t next = span->slices < segment->entries - at ? at + span->slices : segment->entries;
        bool goes = is_page(span) && is_freed(reading, address + at * mimalloc_slice_bytes, span, &is_sound);
        if (is_page(span) && !goes) {
            give_run(reading, run, at, has_freed);
            run = next;
            has_freed = false;
        }
        has_freed |= goes;
        freed += goes ? 1 : 0;
        at = next;
    }
    give_run(reading, run, segment->entries, has_freed);
    *is_whole = freed == segment->used;
    return is_sound;
}

static struct inspect_verdict count_given(struct reading *reading, uint64_t address) {
    struct inspect_verdict verdict =
        page_map_load(&reading->target->pages, address, address + mimalloc_segment_bytes, &reading->pages);
    for (uint64_t slice = 0; verdict.status == inspect_ok && slice < mimalloc_slices; slice++) {
        uint64_t start = address + slice * mimalloc_slice_bytes;
        if (reading->is_given[slice]) {
            reading->result->rss_bytes += page_bits_present(&reading->pages, start, start + mimalloc_slice_bytes);
        }
    }
    return verdict;
}

static struct inspect_verdict count_whole(struct reading *reading, uint64_t address) {
    uint64_t bytes = 0;
    uint64_t length = reading->segment.slices * mimalloc_slice_bytes;
    if (length > UINT64_MAX - address) {
        return inspect_good();
    }
    struct inspect_verdict verdict = page_map_count(&reading->target->pages, address, address + length, &bytes);
    reading->result->rss_bytes += bytes;
    return verdict;
}

static struct inspect_verdict add(struct reading *reading, uint64_t address) {
    const struct mimalloc_segment *segment = &reading->segment;
    bool is_whole = segment->used == 0;
    if (segment->thread_id != 0) {
        return inspect_good(); /* its thread alone gives back what is in it */
    }
    if (segment->memory_id != 0 || (!is_whole && !find_given(reading, address, &is_whole))) {
        reading->result->unproven++;
        return inspect_good();
    }
    if (is_whole) {
        return count_whole(reading, address);
    }
    return segment->allows_decommit ? count_given(reading, address) : inspect_good();
}

/* Its thread, or one that ends, may be at it: then it is looked at again. */
static struct inspect_verdict try_segment(struct reading *reading, uint64_t address) {
    struct mimalloc_segment *segment = &reading->segment;
    struct free_segments *result = reading->result;
    for (unsigned count = 0; count < tries; count++) {
        if (!target_read_sparse(reading->target, address, segment, sizeof *segment)) {
            return inspect_good();
        }
        uint64_t secret = segment->cookie ^ address;
        bool is_known = result->segments > 0 && secret == reading->secret;
        if (mimalloc_segment_is_sound(segment)) {
            if (result->segments > 0 && !is_known) {
                result->unproven++;
                return inspect_good();
            }
            reading->secret = secret;
            result->segments++;
            return add(reading, address);
        }
        if (!is_known) {
            return inspect_good();
        }
    }
    result->unproven += segment->thread_id == 0 ? 1 : 0;
    return inspect_good();
}

static struct inspect_verdict visit(struct reading *reading, const struct mapping *mapping) {
    const struct target *target = reading->target;
    uint64_t mask = mimalloc_segment_bytes - 1;
    uint64_t at = (mapping->start + mask) & ~mask;
    while (at >= mapping->start && at < mapping->end) {
        uint64_t page = mapping->end;
        struct inspect_verdict verdict = page_map_next(&target->pages, at, mapping->end, &page);
        if (verdict.status == inspect_ok && page == at) {
            verdict = try_segment(reading, at);
        }
        if (verdict.status == inspect_ok) {
            verdict = deadline_verdict(target->deadline, "reading mimalloc's segments");
        }
        if (verdict.status != inspect_ok) {
            return verdict;
        }
        at = page == at ? at + mimalloc_segment_bytes : (page + mask) & ~mask;
    }
    return inspect_good();
}

struct inspect_verdict free_segments_read(const struct target *target, struct free_segments *result) {
    struct reading *reading = calloc(1, sizeof *reading);
    struct inspect_verdict verdict = reading == NULL ? inspect_failure("memory", ENOMEM) : inspect_good();
    memset(result, 0, sizeof *result);
    if (reading != NULL) {
        reading->target = target;
        reading->result = result;
        for (size_t index = 0; verdict.status == inspect_ok && index < target->maps.count; index++) {
            if (mapping_is_anonymous(&target->maps.list[index])) {
                verdict = visit(reading, &target->maps.list[index]);
            }
        }
        page_bits_free(&reading->pages);
    }
    free(reading);
    return verdict;
}
