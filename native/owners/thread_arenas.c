/* SPDX-License-Identifier: MIT */
#include "thread_arenas.h"

#include "../inspect/list_room.h"
#include "java_hits.h"

#include <stdlib.h>
#include <string.h>

enum {
    word_bytes = sizeof(uint64_t),
    arena_words = 4,
    piece_bytes = 64 << 10,
    first_chunks = 256,
    most_steps = 1 << 20,
    most_arena_bytes = 160, /* of an object of class Arena, as malloc's chunk */
    most_rounding = 4096 + 64,
};

bool thread_arenas_open(const struct target *target, const struct block_table *table, const struct block_marks *marks,
                        struct claims *claims, struct thread_arenas *arenas) {
    *arenas = (struct thread_arenas){target, table, marks, claims, {0}, malloc(piece_bytes)};
    return arenas->buffer != NULL;
}

void thread_arenas_close(struct thread_arenas *arenas) {
    root_list_free(&arenas->held);
    free(arenas->buffer);
    arenas->buffer = NULL;
}

static bool is_chunk(const struct thread_arenas *arenas, uint32_t block) {
    return arenas->marks->marks[block] == mark_arena || arenas->marks->marks[block] == mark_long_arena;
}

/* The chunk that begins there. */
static uint32_t chunk_at(const struct thread_arenas *arenas, uint64_t address) {
    uint32_t block = block_table_at(arenas->table, address);
    if (block == no_block || !is_chunk(arenas, block)) {
        return no_block;
    }
    uint64_t at = address - block_start(arenas->table, block);
    return at == 0 || at == nmt_header_bytes ? block : no_block;
}

/* Whether these words are an arena's. */
static bool is_arena(const struct thread_arenas *arenas, const uint64_t *words) {
    if (chunk_at(arenas, words[0]) == no_block || words[2] <= words[1] || words[2] > words[3]) {
        return false;
    }
    uint32_t current = block_table_at(arenas->table, words[1]);
    /* The one in use may be newer than the list of blocks. */
    uint64_t end = current == no_block ? words[3] : block_end(arenas->table, current);
    return words[3] <= end && end - words[3] <= most_rounding;
}

static bool add_chunk(struct thread_arenas *arenas, uint32_t block, uint32_t owner) {
    struct root_list *held = &arenas->held;
    struct root *list = list_with_room(held->list, held->count, &held->capacity, first_chunks, sizeof *list);
    if (list != NULL) {
        held->list = list;
        list[held->count++] = (struct root){owner, block};
        arenas->claims->owners[block] = held_back;
    }
    return list != NULL;
}

/*
 * By what the chunks say now: a compiler at work takes and gives back all the time. One that is newer than the list of
 * blocks leads on as well.
 */
static bool hold(struct thread_arenas *arenas, uint64_t first, uint32_t owner) {
    uint64_t chunk = first;
    bool is_good = true;
    for (unsigned step = 0; is_good && chunk != 0 && step < most_steps; step++) {
        uint32_t block = block_table_at(arenas->table, chunk);
        uint64_t next;
        if (block != no_block && arenas->claims->owners[block] == held_back) {
            break; /* a list that loops has an end */
        }
        is_good = block == no_block || arenas->claims->owners[block] != no_owner || add_chunk(arenas, block, owner);
        if (!is_good || !target_read(arenas->target, chunk, &next, sizeof next)) {
            break;
        }
        chunk = next;
    }
    return is_good;
}

static bool hold_in(struct thread_arenas *arenas, const unsigned char *data, size_t bytes, uint32_t owner) {
    bool is_good = true;
    for (size_t at = 0; is_good && at + arena_words * word_bytes <= bytes; at += word_bytes) {
        uint64_t words[arena_words];
        memcpy(words, data + at, sizeof words);
        is_good = !is_arena(arenas, words) || hold(arenas, words[0], owner);
    }
    return is_good;
}

bool thread_arenas_of_stack(struct thread_arenas *arenas, const struct memory_range *used, uint32_t owner) {
    bool is_good = true;
    for (uint64_t at = used->start; is_good && at < used->end; at += piece_bytes - arena_words * word_bytes) {
        size_t bytes = used->end - at < piece_bytes ? (size_t)(used->end - at) : (size_t)piece_bytes;
        if (target_read_sparse(arenas->target, at, arenas->buffer, bytes)) {
            is_good = hold_in(arenas, arenas->buffer, bytes, owner);
        }
    }
    return is_good;
}

/* Whether it leads to a chunk. */
static bool leads_to_chunk(const struct thread_arenas *arenas, uint32_t block) {
    const struct block_graph *graph = arenas->claims->graph;
    for (uint32_t edge = graph->first[block]; edge < graph->first[block + 1]; edge++) {
        if (is_chunk(arenas, graph->to[edge])) {
            return true;
        }
    }
    return false;
}

bool thread_arenas_of_structure(struct thread_arenas *arenas, uint32_t block, uint32_t owner) {
    const struct block_graph *graph = arenas->claims->graph;
    bool is_good = true;
    for (uint32_t edge = graph->first[block]; is_good && edge < graph->first[block + 1]; edge++) {
        uint32_t arena = graph->to[edge];
        uint64_t bytes = block_list_bytes(arenas->table->blocks, arena);
        if (bytes <= most_arena_bytes && leads_to_chunk(arenas, arena) &&
            target_read(arenas->target, block_start(arenas->table, arena), arenas->buffer,
                        (size_t)bytes - word_bytes)) {
            is_good = hold_in(arenas, arenas->buffer, (size_t)bytes - word_bytes, owner);
        }
    }
    return is_good;
}
