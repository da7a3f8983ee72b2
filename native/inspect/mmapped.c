/* SPDX-License-Identifier: MIT */
#include "mmapped.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { flag_bits = 7, is_mmapped = 2 };

struct header {
    uint64_t prev_size; /* what memalign left unused in front */
    uint64_t word;
};

/* Bytes that the chunk's header at a page's start claims; 0 when it is none. */
static uint64_t claimed(const struct header *header, uint64_t left) {
    uint64_t size = header->word & ~(uint64_t)flag_bits;
    bool is_chunk = (header->word & flag_bits) == is_mmapped && header->prev_size == 0 && size % page_bytes() == 0;
    return is_chunk && size > 0 && size <= left ? size : 0;
}

static bool add(struct mmapped *mmapped, uint64_t start, uint64_t end) {
    mmapped->chunks++;
    mmapped->size_bytes += end - start;
    if (mmapped->count > 0 && mmapped->list[mmapped->count - 1].end == start) {
        mmapped->list[mmapped->count - 1].end = end;
        return true;
    }
    if ((mmapped->count & (mmapped->count + 1)) == 0) { /* 0, 1, 3, 7, …: room for as many again */
        struct mmapped_chunk *list = realloc(mmapped->list, (mmapped->count + 1) * 2 * sizeof *list);
        if (list == NULL) {
            return false;
        }
        mmapped->list = list;
    }
    mmapped->list[mmapped->count++] = (struct mmapped_chunk){start, end};
    return true;
}

static bool is_candidate(const struct glibc_heaps *heaps, const struct mapping *mapping) {
    return mapping->writable && mapping->kind == mapping_anonymous && glibc_heaps_at(heaps, mapping->start) == NULL;
}

/* Follows the chain of one mapping. The first page of each chunk has its header, so it is present. */
static struct inspect_verdict follow(const struct target *target, const struct mapping *mapping,
                                     const struct header *first, struct mmapped *mmapped) {
    struct header header = *first;
    uint64_t at = mapping->start;
    while (at < mapping->end) {
        uint64_t bytes = claimed(&header, mapping->end - at);
        if (bytes == 0) {
            break;
        }
        if (!add(mmapped, at, at + bytes)) {
            return inspect_failure("memory", ENOMEM);
        }
        at += bytes;
        if (at >= mapping->end || !target_read(target, at, &header, sizeof header)) {
            break;
        }
    }
    uint64_t rss_bytes;
    struct inspect_verdict verdict = page_map_count(&target->pages, mapping->start, at, &rss_bytes);
    mmapped->rss_bytes += rss_bytes;
    return verdict;
}

/* The first words of up to remote_batch mappings by one call. */
static struct inspect_verdict look_at(const struct target *target, const struct mapping **mappings, size_t count,
                                      struct mmapped *mmapped) {
    struct header headers[remote_batch];
    struct remote_piece pieces[remote_batch];
    for (size_t index = 0; index < count; index++) {
        pieces[index] = (struct remote_piece){mappings[index]->start, sizeof headers[index], &headers[index], false};
    }
    struct inspect_verdict verdict = remote_read_pieces(target->pid, pieces, count);
    for (size_t index = 0; index < count && verdict.status == inspect_ok; index++) {
        if (pieces[index].is_read) {
            verdict = follow(target, mappings[index], &headers[index], mmapped);
        }
    }
    return verdict;
}

struct inspect_verdict mmapped_find(const struct target *target, const struct glibc_heaps *heaps,
                                    struct mmapped *mmapped) {
    const struct mapping *batch[remote_batch];
    size_t count = 0;
    struct inspect_verdict verdict = inspect_good();
    memset(mmapped, 0, sizeof *mmapped);
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
    if (verdict.status == inspect_ok) {
        verdict = look_at(target, batch, count, mmapped);
    }
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(target->deadline, "finding blocks of their own mapping");
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
