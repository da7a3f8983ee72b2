/* SPDX-License-Identifier: MIT */
#include "page_starts.h"

#include <string.h>

void page_starts_open(struct page_starts *starts, const struct target *target, uint64_t most_pages) {
    memset(starts, 0, sizeof *starts);
    starts->target = target;
    starts->left = most_pages;
}

void page_starts_close(struct page_starts *starts) {
    page_bits_free(&starts->bits);
}

bool page_starts_range(struct page_starts *starts, uint64_t start, uint64_t end) {
    starts->at = start;
    starts->end = end;
    starts->reach = page_starts_first;
    starts->count = starts->next = 0;
    return page_map_load(&starts->target->pages, start, end, &starts->bits).status == inspect_ok;
}

/* What cannot be read is left out. */
static void fill(struct page_starts *starts) {
    struct remote_piece pieces[remote_batch];
    size_t count = 0;
    uint64_t page = page_bits_next(&starts->bits, starts->at);
    for (; page < starts->end && count < starts->reach && count < starts->left; count++) {
        struct page_start *start = &starts->batch[count];
        uint64_t last = page + page_bytes() - sizeof start->last;
        start->address = page;
        pieces[2 * count] = (struct remote_piece){page, sizeof start->words, start->words, false};
        pieces[2 * count + 1] = (struct remote_piece){last, sizeof start->last, start->last, false};
        page = page_bits_next(&starts->bits, page + page_bytes());
    }
    starts->at = page;
    starts->reach = starts->reach < page_starts_batch / 2 ? starts->reach * 2 : page_starts_batch;
    starts->count = starts->next = 0;
    if (count == 0 || remote_read_pieces(&starts->target->memory, pieces, 2 * count).status != inspect_ok) {
        return;
    }
    for (size_t index = 0; index < count; index++) {
        if (pieces[2 * index].is_read && pieces[2 * index + 1].is_read) {
            starts->batch[starts->count++] = starts->batch[index];
        }
    }
}

const struct page_start *page_starts_next(struct page_starts *starts) {
    while (starts->next == starts->count) {
        if (starts->at >= starts->end || starts->left == 0 || deadline_is_over(starts->target->deadline)) {
            return NULL;
        }
        fill(starts);
    }
    starts->left--;
    return &starts->batch[starts->next++];
}
