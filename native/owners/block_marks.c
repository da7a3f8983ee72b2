/* SPDX-License-Identifier: MIT */
#include "block_marks.h"

#include "../inspect/list_room.h"
#include "java_hits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    least_page = 4096,
    word_bytes = sizeof(uint64_t),
    first_words = 6,
    mmapped_bytes = 128 << 10, /* malloc rounds these up to pages */
    slack_bytes = 40,          /* Chunk::slack */
    longest_kept = (32 << 10) - slack_bytes,
    rounding_bytes = 40, /* malloc's, a stamp from JDK 24 on, and what Native Memory Tracking puts behind a block */
    least_link_map = 512,
    most_link_map = 4096,
    first_arena_words = 1 << 12,
    nmt_footer_bytes = 2,
    nmt_canary = 0xe99e,
    l_addr = 0,
    l_real = 5,
};

static const uint64_t span_bytes = UINT64_C(1) << 30; /* whose pages are asked for at once */

struct marking {
    const struct block_table *table;
    struct page_bits bits;
    struct block_marks *marks;
    struct remote_piece pieces[remote_batch];
    uint64_t words[remote_batch][first_words];
    uint32_t blocks[remote_batch];
    size_t count;
};

/* Of the lengths that the JVM keeps ready (memory/arena.hpp): 1, 10 and 32 KiB, less the slack. */
static bool is_kept_length(uint64_t length) {
    return length == (1 << 10) - slack_bytes || length == (10 << 10) - slack_bytes || length == longest_kept;
}

static bool has_length(uint64_t room, uint64_t at, uint64_t length) {
    uint64_t least = at + 2 * sizeof(uint64_t) + length;
    uint64_t rounding = room < mmapped_bytes ? (uint64_t)rounding_bytes : (uint64_t)least_page + rounding_bytes;
    return length % word_bytes == 0 && length <= room && least <= room && room - least <= rounding;
}

/* A chunk's header `at` bytes behind the block's start. */
static enum block_mark arena_at(const struct block_table *table, uint32_t block, const uint64_t *words, uint64_t at,
                                uint32_t *next) {
    uint64_t follower = words[at / word_bytes];
    uint64_t length = words[at / word_bytes + 1];
    *next = follower == 0 ? no_block : block_table_at(table, follower);
    if (!has_length(block_end(table, block) - block_start(table, block), at, length) ||
        (follower != 0 && (*next == no_block || follower != block_start(table, *next) + at))) {
        return no_mark;
    }
    if (is_kept_length(length)) {
        return mark_arena;
    }
    return length > longest_kept ? mark_long_arena : no_mark;
}

/* Its size at 0, the category in byte 12, a canary in bytes 14 and 15. */
static nmt_mark tracked_mark(uint64_t room, const uint64_t *words) {
    uint64_t least = nmt_header_bytes + words[0] + nmt_footer_bytes;
    uint64_t rounding = room < mmapped_bytes ? (uint64_t)rounding_bytes : (uint64_t)least_page + rounding_bytes;
    bool is_header = words[1] >> 48 == nmt_canary && words[0] < room && least <= room && room - least <= rounding;
    return (nmt_mark)(is_header ? (words[1] >> 32 & 0xff) + 1 : 0);
}

static void mark(struct marking *marking, uint32_t block, const uint64_t *words) {
    uint32_t next;
    if (marking->marks->tracked != NULL) {
        uint64_t room = block_end(marking->table, block) - block_start(marking->table, block);
        marking->marks->tracked[block] = tracked_mark(room, words);
    }
    enum block_mark mark = arena_at(marking->table, block, words, 0, &next);
    if (mark == no_mark) {
        mark = arena_at(marking->table, block, words, nmt_header_bytes, &next);
    }
    if (mark == no_mark && words[l_real] == block_start(marking->table, block) && words[l_addr] != 0 &&
        words[l_addr] % least_page == 0) {
        mark = mark_link_map;
        next = no_block;
    }
    if (mark != no_mark) {
        marking->marks->marks[block] = (unsigned char)mark;
        marking->marks->next[block] = next;
    }
}

static struct inspect_verdict read_all(const struct target *target, struct marking *marking) {
    struct inspect_verdict verdict = remote_read_pieces(&target->memory, marking->pieces, marking->count);
    for (size_t index = 0; index < marking->count && verdict.status == inspect_ok; index++) {
        if (marking->pieces[index].is_read) {
            mark(marking, marking->blocks[index], marking->words[index]);
        }
    }
    marking->count = 0;
    return verdict;
}

/* A block of that size may be one of them. */
static bool may_be_marked(uint64_t bytes) {
    return (bytes >= least_link_map && bytes <= most_link_map) || bytes > longest_kept ||
           (bytes >= (10 << 10) - slack_bytes && bytes <= (10 << 10) + 2 * rounding_bytes);
}

/* Asks for the block's first words; a batch of them is read at once. */
static struct inspect_verdict ask(const struct target *target, struct marking *marking, uint32_t block) {
    uint64_t start = block_start(marking->table, block);
    uint64_t last = start + sizeof *marking->words - 1;
    struct inspect_verdict verdict = inspect_good();
    if (last >= marking->bits.end) {
        uint64_t page = start - start % page_bytes();
        verdict = page_map_load(&target->pages, page, page + span_bytes, &marking->bits);
    }
    if (verdict.status == inspect_ok && page_bits_has(&marking->bits, start) && page_bits_has(&marking->bits, last)) {
        size_t index = marking->count++;
        marking->blocks[index] = block;
        marking->pieces[index] = (struct remote_piece){start, sizeof *marking->words, marking->words[index], false};
    }
    if (verdict.status == inspect_ok && marking->count == remote_batch) {
        verdict = deadline_verdict(target->deadline, "finding its arenas");
        verdict = verdict.status == inspect_ok ? read_all(target, marking) : verdict;
    }
    return verdict;
}

struct inspect_verdict block_marks_find(const struct target *target, const struct block_table *table, bool is_tracked,
                                        struct block_marks *marks) {
    size_t count = table->blocks->count;
    struct marking *marking = calloc(1, sizeof *marking);
    struct inspect_verdict verdict = inspect_good();
    marks->count = count;
    marks->marks = calloc(count + 1, sizeof *marks->marks);
    marks->next = malloc((count + 1) * sizeof *marks->next);
    marks->tracked = is_tracked ? calloc(count + 1, sizeof *marks->tracked) : NULL;
    if (marking == NULL || marks->marks == NULL || marks->next == NULL || (is_tracked && marks->tracked == NULL)) {
        verdict = inspect_failure("memory", ENOMEM);
    } else {
        marking->table = table;
        marking->marks = marks;
        memset(marks->next, 0xff, (count + 1) * sizeof *marks->next);
    }
    for (uint32_t block = 0; block < count && verdict.status == inspect_ok; block++) {
        if (is_tracked || may_be_marked(block_list_bytes(table->blocks, block))) {
            verdict = ask(target, marking, block);
        }
    }
    if (verdict.status == inspect_ok) {
        verdict = read_all(target, marking);
    }
    if (marking != NULL) {
        page_bits_free(&marking->bits);
    }
    free(marking);
    return verdict;
}

void block_marks_free(struct block_marks *marks) {
    free(marks->marks);
    free(marks->next);
    free(marks->words);
    free(marks->tracked);
    memset(marks, 0, sizeof *marks);
}

static bool add_word(struct block_marks *marks, uint32_t chunk, uint32_t to) {
    struct arena_word *list =
        list_with_room(marks->words, marks->word_count, &marks->word_capacity, first_arena_words, sizeof *list);
    if (list != NULL) {
        marks->words = list;
        list[marks->word_count++] = (struct arena_word){chunk, to};
    }
    return list != NULL;
}

static bool is_trimmed(unsigned char mark) {
    return mark == mark_arena || mark == mark_link_map;
}

bool block_marks_trim(struct block_marks *marks, struct block_graph *graph) {
    bool is_good = true;
    for (uint32_t block = 0; is_good && block < marks->count; block++) {
        for (uint32_t edge = graph->first[block];
             is_good && is_trimmed(marks->marks[block]) && edge < graph->first[block + 1]; edge++) {
            uint32_t to = graph->to[edge];
            if (to != marks->next[block]) {
                is_good = add_word(marks, block, to);
                graph->to[edge] = block; /* to itself: as good as none */
            }
        }
    }
    return is_good;
}
