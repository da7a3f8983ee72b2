/* SPDX-License-Identifier: MIT */
#include "graph_part.h"

#include "../inspect/list_room.h"
#include "pointer_scan.h"

#include <errno.h>
#include <string.h>

enum { first_edges = 1 << 12 };

/* Whose words come next. */
struct place {
    uint32_t block; /* the part's `next`: none */
    uint32_t last;  /* that its last pointer led to */
    uint64_t start; /* of its words */
    uint64_t end;
};

struct reading {
    struct part_reader *reader;
    struct graph_part *part;
    uint32_t *first;
    uint32_t *kinds;
    struct place place;
    uint32_t typed; /* the first whose first word was not looked at */
};

/* The edges of the block begin here. */
static inline void begin_block(const struct block_list *blocks, const struct reading *reading, uint32_t block,
                               struct place *place) {
    place->block = place->last = block;
    place->start = place->end = UINT64_MAX;
    if (block < reading->part->next) {
        reading->first[block] = (uint32_t)reading->part->edge_count;
        place->start = block_chunk(blocks->list[block]) + block_header_bytes;
        place->end = place->start + block_list_bytes(blocks, block) - sizeof(uint64_t);
    }
}

/* Whether the part may have `count` edges more. */
static bool take_room(struct edge_room *room, size_t count) {
    size_t left = __atomic_load_n(&room->left, __ATOMIC_RELAXED);
    while (left >= count) {
        if (__atomic_compare_exchange_n(&room->left, &left, left - count, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            return true;
        }
    }
    return false;
}

static bool grow(struct edge_room *room, struct graph_part *part) {
    size_t more = part->edge_capacity == 0 ? (size_t)first_edges : part->edge_capacity;
    uint32_t *list = take_room(room, more)
                         ? list_with_room(part->to, part->edge_count, &part->edge_capacity, first_edges, sizeof *list)
                         : NULL;
    part->to = list == NULL ? part->to : list;
    return list != NULL;
}

static inline void add_edge(struct edge_room *room, struct graph_part *part, uint32_t to) {
    if (part->edge_count == part->edge_capacity && !grow(room, part)) {
        part->missing_edges++;
        return;
    }
    part->to[part->edge_count++] = to;
}

/* What the first words of blocks point to, of those that begin in the piece. */
static void take_first_words(struct reading *reading, const unsigned char *data, uint64_t from, size_t bytes) {
    struct part_reader *reader = reading->reader;
    uint32_t next = reading->part->next;
    uint64_t last = from + bytes - sizeof(uint64_t);
    while (reading->typed < next && block_start(reader->table, reading->typed) < from) {
        reading->typed++;
    }
    for (; reading->typed < next && block_start(reader->table, reading->typed) <= last; reading->typed++) {
        uint64_t word;
        memcpy(&word, data + (block_start(reader->table, reading->typed) - from), sizeof word);
        reading->kinds[reading->typed] = type_tables_add(&reader->tables, &reading->part->types, word);
    }
}

static bool take(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct reading *reading = to;
    struct part_reader *reader = reading->reader;
    struct pointer_scan scan;
    /* Copies, which the compiler knows that nobody else changes. */
    struct place place = reading->place;
    const struct block_list blocks = *reader->table->blocks;
    take_first_words(reading, data, from, bytes);
    pointer_scan_begin(&scan, reader->table, data, bytes);
    while (!deadline_is_over(reader->target->deadline) && pointer_scan_next(&scan)) {
        for (size_t index = 0; index < scan.count; index++) {
            uint64_t at = from + scan.pointers[index].at;
            uint32_t block = scan.pointers[index].block;
            while (at >= place.end) {
                begin_block(&blocks, reading, place.block + 1, &place);
            }
            /* Between blocks are headers, and what is free. */
            if (at >= place.start && block != place.last && block != place.block) {
                add_edge(reader->room, reading->part, block);
                place.last = block;
            }
        }
    }
    reading->place = place;
    return !deadline_is_over(reader->target->deadline);
}

struct inspect_verdict part_reader_open(struct part_reader *reader, const struct target *target,
                                        const struct block_table *table, struct edge_room *room) {
    memset(reader, 0, sizeof *reader);
    reader->target = target;
    reader->table = table;
    reader->room = room;
    if (!stream_open_alone(target, &reader->stream) || !type_tables_open(target, &reader->tables)) {
        return inspect_failure("memory", ENOMEM);
    }
    return inspect_good();
}

void part_reader_close(struct part_reader *reader) {
    type_tables_close(&reader->tables);
    stream_close(&reader->stream);
}

struct inspect_verdict part_reader_read(struct part_reader *reader, struct graph_part *part, uint32_t *first,
                                        uint32_t *kinds) {
    struct reading reading = {.reader = reader, .part = part, .first = first, .kinds = kinds, .typed = part->block};
    uint64_t missed_bytes = reader->stream.missed_bytes;
    type_tables_begin(&reader->tables);
    begin_block(reader->table->blocks, &reading, part->block, &reading.place);
    struct inspect_verdict verdict = stream_read(&reader->stream, part->ranges, part->range_count, take, &reading);
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(reader->target->deadline, "following malloc's blocks");
    }
    while (reading.place.block < part->next) {
        begin_block(reader->table->blocks, &reading, reading.place.block + 1, &reading.place);
    }
    part->unread_bytes = reader->stream.missed_bytes - missed_bytes;
    return verdict;
}
