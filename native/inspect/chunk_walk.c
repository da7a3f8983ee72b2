/* SPDX-License-Identifier: MIT */
#include "chunk_walk.h"

#include "chunk_record.h"
#include "chunk_run.h"
#include "tcache_shape.h"

#include <string.h>

enum {
    rereads = 3,
    refresh_limit = 16,
    search_limit = 1 << 28, /* headers, 4 GB of them: the walk's time ends it before */
};

static void finish(struct chunk_walk *walk) {
    if (walk->is_searching && walk->candidate != 0) {
        chunk_record_found(walk);
    }
    tally_end(walk->tally, walk->bits);
    walk->state = walk_done;
}

void chunk_walk_stop(struct chunk_walk *walk) {
    uint64_t from = walk->wants;
    uint64_t end = walk->until != 0 ? walk->until : walk->stretch.end;
    if (walk->is_searching) {
        from = walk->lost_from;
    } else if (walk->last.size != 0) {
        from = walk->last.at;
    }
    if (walk->state != walk_done && from < end) {
        chunk_record_unreadable(walk, from, end);
    }
    tally_end(walk->tally, walk->bits);
    walk->state = walk_done;
}

static bool is_past(const struct chunk_walk *walk, uint64_t address) {
    return walk->until != 0 && address > walk->until;
}

/* Search on from an address: absent pages hold no headers, and a piece by mmap begins with a page. */
static void search_from(struct chunk_walk *walk, uint64_t address) {
    if (walk->is_foreign && walk->stretch.kind == stretch_mapped) {
        address = (address + page_bytes() - 1) / page_bytes() * page_bytes();
    }
    walk->candidate = 0;
    walk->proof_count = 0;
    walk->last.size = 0;
    walk->wants = page_bits_next(walk->bits, address);
    walk->state = walk_wants;
    if (is_past(walk, walk->wants)) {
        walk->state = walk_passed;
    } else if (walk->wants + chunk_header_bytes > walk->stretch.end) {
        chunk_record_lost(walk, walk->stretch.end);
        tally_end(walk->tally, walk->bits);
        walk->state = walk_done;
    } else if (++walk->searched > search_limit) {
        chunk_walk_stop(walk);
    }
}

/*
 * The header at `wants` does not follow. The chunk before it may just have been merged or split: it is read again
 * first, and only then is the chain given up.
 */
static void lose(struct chunk_walk *walk) {
    if (walk->is_searching) {
        search_from(walk, walk->candidate + chunk_align);
        return;
    }
    uint64_t from = walk->last.size != 0 ? walk->last.at : walk->wants;
    if (walk->reread != from) {
        walk->reread = from;
        walk->reread_count = 0;
    }
    walk->last.size = 0;
    walk->is_stale = true;
    if (walk->reread_count++ < rereads && page_bits_has(walk->bits, from)) {
        walk->wants = from;
        walk->state = walk_wants;
        return;
    }
    walk->breaks++;
    walk->lost_from = from;
    walk->is_searching = true;
    walk->is_foreign = false;
    search_from(walk, from + chunk_align);
}

/*
 * sysmalloc ends a piece of the main arena by two fenceposts where the next one does not follow: what does is not
 * malloc's, whatever it looks like, until the next piece. The last one ends with the top.
 */
static void end_piece(struct chunk_walk *walk, uint64_t end) {
    if (walk->is_searching && walk->candidate != 0) {
        chunk_record_found(walk);
    }
    tally_end(walk->tally, walk->bits);
    walk->lost_from = end;
    walk->is_searching = true;
    walk->is_foreign = true;
    search_from(walk, end);
}

/* To the header at an address, which the chain says is there. */
static void go_to(struct chunk_walk *walk, uint64_t address) {
    walk->wants = address;
    walk->state = walk_wants;
    if (address >= walk->stretch.end) {
        finish(walk);
    } else if (is_past(walk, address)) {
        walk->state = walk_passed;
    } else if (!page_bits_has(walk->bits, address)) {
        if (!walk->is_searching && walk->refreshes < refresh_limit) {
            walk->refreshes++;
            walk->state = walk_absent;
        } else {
            lose(walk);
        }
    }
}

/* What the header tells of the chunk before it. False: the two do not belong together. */
static bool settle_last(struct chunk_walk *walk, const struct chunk_header *header) {
    struct walked_chunk last = walk->last;
    if (last.size == 0) {
        return true;
    }
    bool is_live = (header->word & chunk_prev_inuse) != 0;
    if (!is_live && header->prev_size != last.size) {
        if (walk->is_searching) {
            return false;
        }
        walk->tally->figures.doubtful_bytes += last.size;
    }
    walk->last.size = 0;
    chunk_record(walk, &last, is_live);
    return true;
}

static void end_at_top(struct chunk_walk *walk, uint64_t size) {
    const struct stretch *stretch = &walk->stretch;
    uint64_t after = walk->wants + size;
    bool is_cut = stretch->kind == stretch_brk && after == stretch->end;
    if (walk->is_searching && walk->candidate != 0) {
        chunk_record_found(walk);
    }
    walk->found_top = true;
    walk->top = walk->wants;
    uint64_t least_cut = stretch->cut_bytes > page_bytes() ? stretch->cut_bytes : page_bytes();
    tally_top(walk->tally, walk->bits, walk->wants, size, is_cut ? least_cut : 0);
    if (stretch->kind == stretch_mapped && after < stretch->end) {
        end_piece(walk, after);
        return;
    }
    if (stretch->kind == stretch_brk) {
        chunk_record_foreign(walk, after, stretch->end);
    } else {
        chunk_record_unreadable(walk, after, stretch->end);
    }
    walk->state = walk_done;
}

/* `block` of `bytes`: what was read behind the header. */
static void step(struct chunk_walk *walk, const struct chunk_header *header, const unsigned char *block, size_t bytes) {
    enum chunk_judgement judgement = chunk_judge(&walk->stretch, walk->wants, header);
    uint64_t size = chunk_size(header);
    if (judgement == chunk_too_long && !walk->is_searching && walk->refreshes < refresh_limit) {
        walk->refreshes++;
        walk->state = walk_overrun;
        return;
    }
    if (judgement == chunk_bad || judgement == chunk_too_long) {
        lose(walk);
        return;
    }
    bool is_behind_fence = walk->last.size != 0 && walk->last.is_fence;
    if (!settle_last(walk, header)) {
        lose(walk);
        return;
    }
    bool has_open_end = is_behind_fence || walk->is_searching || walk->tally->run_end == walk->wants;
    if (walk->wants == walk->until && !has_open_end) {
        tally_end(walk->tally, walk->bits);
        walk->state = walk_joined;
    } else if (judgement == chunk_top) {
        end_at_top(walk, size);
    } else if (judgement == chunk_final) {
        walk->found_fence = true;
        finish(walk);
    } else if (judgement == chunk_fence && is_behind_fence && walk->stretch.kind != stretch_arena) {
        end_piece(walk, walk->wants + size);
    } else {
        walk->found_fence |= judgement == chunk_fence;
        walk->last = (struct walked_chunk){walk->wants, size, judgement == chunk_fence,
                                           jvm_block_of(block, bytes, size), tcache_may_be(block, bytes, size)};
        go_to(walk, walk->wants + size);
    }
}

static void try_candidate(struct chunk_walk *walk, const struct chunk_header *header, const unsigned char *block,
                          size_t bytes) {
    enum chunk_judgement judgement = chunk_judge(&walk->stretch, walk->wants, header);
    bool is_first = walk->is_foreign && walk->stretch.kind == stretch_mapped;
    if ((!is_first || chunk_begins_piece(header)) && (judgement == chunk_plain || judgement == chunk_top)) {
        walk->candidate = walk->wants;
        step(walk, header, block, bytes);
    } else {
        search_from(walk, walk->wants + chunk_align);
    }
}

void chunk_walk_begin(struct chunk_walk *walk, const struct stretch *stretch, const struct page_bits *bits,
                      struct tally *tally) {
    struct foreign_gaps gaps = walk->gaps;
    uint64_t until = walk->until;
    gaps.count = 0;
    memset(walk, 0, sizeof *walk);
    walk->gaps = gaps;
    walk->until = until;
    walk->stretch = *stretch;
    walk->bits = bits;
    walk->tally = tally;
    go_to(walk, stretch->start);
}

bool chunk_walk_holds(const struct chunk_walk *walk, uint64_t from, size_t bytes) {
    size_t least = walk->wants == from ? chunk_header_bytes : chunk_look_bytes;
    return walk->wants >= from && walk->wants + least <= from + bytes;
}

void chunk_walk_feed(struct chunk_walk *walk, const unsigned char *data, uint64_t from, size_t bytes) {
    walk->is_stale = false;
    while (walk->state == walk_wants && !walk->is_stale && chunk_walk_holds(walk, from, bytes)) {
        struct chunk_header header;
        bool is_in_chain = !walk->is_searching && walk->last.size != 0 && !walk->last.is_fence;
        if (is_in_chain && chunk_run(walk, data, from, bytes)) {
            go_to(walk, walk->wants);
            continue;
        }
        size_t block = (size_t)(walk->wants - from) + sizeof header;
        memcpy(&header, data + (walk->wants - from), sizeof header);
        if (walk->is_searching && walk->candidate == 0) {
            try_candidate(walk, &header, data + block, bytes - block);
        } else {
            step(walk, &header, data + block, bytes - block);
        }
    }
}

void chunk_walk_refuse(struct chunk_walk *walk) {
    if (walk->is_searching && walk->candidate == 0) {
        search_from(walk, (walk->wants / page_bytes() + 1) * page_bytes());
    } else {
        lose(walk);
    }
}

void chunk_walk_resume(struct chunk_walk *walk) {
    walk->is_stale = true;
    if (page_bits_has(walk->bits, walk->wants) && walk->wants < walk->stretch.end) {
        walk->state = walk_wants;
    } else {
        lose(walk);
    }
}

void chunk_walk_go_on(struct chunk_walk *walk, uint64_t until) {
    walk->until = until;
    walk->is_stale = true;
    if (walk->is_searching && walk->candidate == 0) {
        search_from(walk, walk->wants);
    } else {
        go_to(walk, walk->wants);
    }
}
