/* SPDX-License-Identifier: MIT */
#include "chunk_run.h"

#include "chunk_record.h"
#include "tcache_shape.h"

#include <string.h>

/* The memory that was read, and how far in it the chain is followed here. */
struct run {
    struct chunk_walk *walk;
    const unsigned char *data;
    uint64_t from;
    size_t bytes;
    uint64_t bad_bits;      /* of a header's word */
    uint64_t last_header;   /* no header behind it is looked at */
    uint64_t next_in_a_bin; /* no chunk before it is in a fastbin */
};

static uint64_t word_at(const unsigned char *data) {
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return word;
}

static uint64_t next_in_a_bin(struct chunk_walk *walk, uint64_t at) {
    const struct address_set *fastbins = walk->stretch.fastbins;
    if (fastbins == NULL || fastbins->count == 0) {
        return UINT64_MAX;
    }
    (void)address_set_has(fastbins, &walk->fast_place, at);
    return walk->fast_place < fastbins->count ? fastbins->list[walk->fast_place] : UINT64_MAX;
}

static struct run begin(struct chunk_walk *walk, const unsigned char *data, uint64_t from, size_t bytes) {
    const struct stretch *stretch = &walk->stretch;
    /* The bit above the flags: a size is a multiple of 16. */
    uint64_t flags = chunk_mmapped | 8 | (stretch->kind == stretch_arena ? 0 : chunk_not_main);
    uint64_t end = from + bytes < stretch->end ? from + bytes : stretch->end;
    struct run run = {walk, data, from, bytes, flags, end - from < chunk_look_bytes ? 0 : end - chunk_look_bytes, 0};
    if (stretch->top >= walk->wants && stretch->top <= run.last_header) {
        run.last_header = stretch->top - 1;
    }
    if (walk->until >= walk->wants && walk->until <= run.last_header) {
        run.last_header = walk->until - 1;
    }
    run.next_in_a_bin = next_in_a_bin(walk, walk->last.at);
    return run;
}

/* Its first words may be those of something, or it is too large for the small counts, or in a fastbin. */
static inline bool is_special(const struct run *run, uint64_t at, uint64_t size) {
    const unsigned char *block = run->data + (at - run->from) + chunk_header_bytes;
    return jvm_block_may_be(word_at(block), word_at(block + sizeof(uint64_t)), size) | (size >= exact_limit) |
           tcache_is_of_shape(size) | (at >= run->next_in_a_bin);
}

static struct walked_chunk look_at(const struct run *run, uint64_t at, uint64_t size) {
    size_t block = (size_t)(at - run->from) + chunk_header_bytes;
    return (struct walked_chunk){at, size, false, jvm_block_of(run->data + block, run->bytes - block, size),
                                 tcache_may_be(run->data + block, run->bytes - block, size)};
}

static inline void add_block(struct block_list *blocks, uint64_t at, uint64_t size) {
    if (blocks->count < blocks->capacity) {
        blocks->list[blocks->count++] = block_word(at, size);
    } else {
        block_list_add(blocks, at, size);
    }
}

/* By the header at `wants` the one before it is settled, and so on. */
static inline __attribute__((always_inline)) bool go_on(struct run *run, bool has_blocks) {
    struct chunk_walk *walk = run->walk;
    struct tally *tally = walk->tally;
    struct walked_chunk last = walk->last;
    bool needs_care = last.jvm_block != jvm_block_none || last.may_be_tcache || last.size >= exact_limit ||
                      last.at >= run->next_in_a_bin;
    uint64_t at = last.at;
    uint64_t size = last.size;
    uint64_t next = walk->wants;
    uint64_t live_bytes = 0;
    uint64_t live_chunks = 0;
    while (next <= run->last_header) {
        const unsigned char *header = run->data + (next - run->from);
        uint64_t word = word_at(header + sizeof(uint64_t));
        uint64_t next_size = word & ~UINT64_C(7);
        bool is_live = (word & chunk_prev_inuse) != 0;
        bool is_plain = (word & run->bad_bits) == 0 && next_size - chunk_min < walk->stretch.end - next - chunk_min;
        if (!is_plain || (!is_live && word_at(header) != size)) {
            break;
        }
        if (is_live && !needs_care) {
            live_bytes += size;
            live_chunks++;
            tally->exact_live[size / chunk_align]++;
            if (has_blocks) {
                add_block(walk->blocks, at, size);
            }
        } else {
            last.at = at;
            last.size = size;
            chunk_record(walk, &last, is_live);
            run->next_in_a_bin = at >= run->next_in_a_bin ? next_in_a_bin(walk, at + 1) : run->next_in_a_bin;
            last.jvm_block = jvm_block_none;
            last.may_be_tcache = false;
        }
        at = next;
        size = next_size;
        next += next_size;
        needs_care = is_special(run, at, size);
        if (needs_care) {
            last = look_at(run, at, size);
        }
    }
    bool has_moved = next != walk->wants;
    tally->figures.live_bytes += live_bytes;
    tally->figures.live_chunks += live_chunks;
    last.at = at;
    last.size = size;
    walk->last = last;
    walk->wants = next;
    return has_moved;
}

bool chunk_run(struct chunk_walk *walk, const unsigned char *data, uint64_t from, size_t bytes) {
    struct run run = begin(walk, data, from, bytes);
    return walk->blocks != NULL ? go_on(&run, true) : go_on(&run, false);
}
