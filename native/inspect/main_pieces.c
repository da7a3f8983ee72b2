/* SPDX-License-Identifier: MIT */
#include "main_pieces.h"

#include "chunk_header.h"
#include "page_starts.h"

enum { most_pages = 65536 };

/* Whether chunks follow each other from there, up to a top or a fence, or as many as prove it. */
static bool is_chain(const struct target *target, const struct stretch *stretch) {
    uint64_t at = stretch->start;
    for (unsigned count = 0; count < chunk_walk_proof; count++) {
        struct chunk_header header;
        if (!target_read(target, at, &header, sizeof header)) {
            return false;
        }
        enum chunk_judgement judgement = chunk_judge(stretch, at, &header);
        if (judgement != chunk_plain) {
            return judgement != chunk_bad && judgement != chunk_too_long;
        }
        at += chunk_size(&header);
    }
    return true;
}

/* The first piece of [start, end), where no heap is. */
static bool find_piece(struct page_starts *starts, const struct glibc_heaps *heaps, uint64_t start, uint64_t end,
                       struct stretch *piece) {
    const struct page_start *page;
    uint64_t top = heaps->arenas[0].state.top;
    if (!page_starts_range(starts, start, end)) {
        return false;
    }
    while ((page = page_starts_next(starts)) != NULL) {
        *piece = (struct stretch){.kind = stretch_mapped,
                                  .start = page->address,
                                  .end = end,
                                  .top = top >= page->address && top < end ? top : 0};
        struct chunk_header header = {page->words[0], page->words[1]};
        if (chunk_begins_piece(&header) && is_chain(starts->target, piece)) {
            return true;
        }
    }
    return false;
}

static struct inspect_verdict take(struct page_starts *starts, struct glibc_heaps *heaps, uint64_t start,
                                   uint64_t end) {
    struct inspect_verdict verdict = inspect_good();
    struct stretch piece;
    if (start < end && find_piece(starts, heaps, start, end, &piece)) {
        struct heap heap = {.stretch = piece, .base = piece.start, .limit = end};
        verdict = glibc_heaps_add(heaps, &heap);
    }
    return verdict;
}

struct inspect_verdict main_pieces_take(const struct target *target, struct glibc_heaps *heaps) {
    struct inspect_verdict verdict = inspect_good();
    size_t count = heaps->heap_count; /* those in order of address; pieces are added behind them */
    size_t next = 0;
    struct page_starts starts;
    page_starts_open(&starts, target, most_pages);
    for (size_t index = 0; index < target->maps.count && verdict.status == inspect_ok; index++) {
        const struct mapping *mapping = &target->maps.list[index];
        if (!mapping_is_anonymous(mapping)) {
            continue;
        }
        uint64_t at = mapping->start;
        while (at < mapping->end && verdict.status == inspect_ok) {
            while (next < count && heaps->heaps[next].limit <= at) {
                next++;
            }
            uint64_t base = next < count ? heaps->heaps[next].base : UINT64_MAX;
            uint64_t end = base < mapping->end ? base : mapping->end;
            if (at < end) {
                verdict = take(&starts, heaps, at, end);
            }
            at = base < mapping->end ? heaps->heaps[next].limit : mapping->end;
        }
    }
    page_starts_close(&starts);
    glibc_heaps_sort(heaps);
    return verdict;
}
