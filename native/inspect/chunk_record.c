/* SPDX-License-Identifier: MIT */
#include "chunk_record.h"

enum {
    fastbin_bytes = 176, /* the largest that M_MXFAST may make a fastbin chunk: MAX_FAST_SIZE and the header */
};

static bool is_in_fastbin(struct chunk_walk *walk, const struct walked_chunk *chunk) {
    const struct address_set *fastbins = walk->stretch.fastbins;
    return fastbins != NULL && chunk->size <= fastbin_bytes && address_set_has(fastbins, &walk->fast_place, chunk->at);
}

static void count(struct chunk_walk *walk, const struct walked_chunk *chunk, bool is_live) {
    if (chunk->is_fence) {
        return;
    }
    if (!is_live) {
        tally_free(walk->tally, walk->bits, chunk->at, chunk->size);
    } else if (is_in_fastbin(walk, chunk)) {
        tally_fast(walk->tally, walk->bits, chunk->at, chunk->size);
    } else {
        tally_live(walk->tally, chunk->size);
        if (walk->blocks != NULL) {
            block_list_add(walk->blocks, chunk->at, chunk->size);
        }
        if (chunk->may_be_tcache) {
            tally_candidate(walk->tally, chunk->at);
        }
        if (chunk->jvm_block != jvm_block_none) {
            tally_jvm_block(walk->tally, chunk->jvm_block, chunk->size);
        }
    }
}

void chunk_record_unreadable(struct chunk_walk *walk, uint64_t from, uint64_t to) {
    walk->tally->figures.unreadable_bytes += to - from;
    walk->tally->figures.unreadable_rss_bytes += page_bits_present(walk->bits, from, to);
}

void chunk_record_foreign(struct chunk_walk *walk, uint64_t from, uint64_t to) {
    if (!foreign_gaps_add(&walk->gaps, from, to)) {
        chunk_record_unreadable(walk, from, to);
    }
}

void chunk_record_lost(struct chunk_walk *walk, uint64_t to) {
    if (walk->is_foreign) {
        chunk_record_foreign(walk, walk->lost_from, to);
    } else {
        chunk_record_unreadable(walk, walk->lost_from, to);
    }
}

void chunk_record_found(struct chunk_walk *walk) {
    chunk_record_lost(walk, walk->candidate);
    walk->is_searching = false;
    walk->candidate = 0;
    for (unsigned index = 0; index < walk->proof_count; index++) {
        count(walk, &walk->proof[index], walk->proof_live[index]);
    }
    walk->proof_count = 0;
}

void chunk_record(struct chunk_walk *walk, const struct walked_chunk *chunk, bool is_live) {
    if (!walk->is_searching) {
        count(walk, chunk, is_live);
        return;
    }
    walk->proof[walk->proof_count] = *chunk;
    walk->proof_live[walk->proof_count++] = is_live;
    if (walk->proof_count == chunk_walk_proof) {
        chunk_record_found(walk);
    }
}
