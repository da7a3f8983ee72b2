/* SPDX-License-Identifier: MIT */
#include "free_list.h"

#include "chunk_header.h"

struct free_chunk {
    struct chunk_header header;
    uint64_t link;
};

enum { votes = 8 }; /* that settle how chunks are linked: one may be of a chunk that just left its list */

static bool is_of_heap(const struct glibc_heaps *heaps, uint64_t chunk) {
    return glibc_heaps_at(heaps, chunk) != NULL;
}

static bool is_node(const struct heap_reader *reader, const struct glibc_heaps *heaps, const struct free_list *list,
                    uint64_t node) {
    if (node % chunk_align != 0) {
        return false;
    }
    const struct heap *heap = glibc_heaps_at(heaps, node - list->header);
    if (heap == NULL) {
        return list->may_be_mapped && heap_reader_is_mapped(reader, node);
    }
    return list->arena < 0 || heap->stretch.arena == (uint64_t)list->arena;
}

static bool has_size(const struct free_list *list, uint64_t size) {
    return size >= list->smallest && size <= list->largest;
}

/* False also when it says that it has no mapping of its own, and is of no heap. */
static bool read_chunk(struct heap_reader *reader, const struct glibc_heaps *heaps, uint64_t chunk,
                       struct free_chunk *to) {
    if (is_of_heap(heaps, chunk)) {
        return heap_reader_read(reader, chunk, to, sizeof *to);
    }
    return heap_reader_read_mapped(reader, chunk, to, sizeof *to) && (to->header.word & chunk_mmapped) != 0;
}

/* Whether a chunk of the list's sizes is there. */
static bool fits(struct heap_reader *reader, const struct glibc_heaps *heaps, const struct free_list *list,
                 uint64_t node) {
    struct free_chunk found;
    return read_chunk(reader, heaps, node - list->header, &found) && has_size(list, chunk_size(&found.header));
}

/*
 * Where the link leads, 0 at the list's end; false: nowhere that it can lead. A heap at low addresses, of a program
 * that is linked to a fixed one, can make both of a link: then the chunks there tell.
 */
static bool decode(struct heap_reader *reader, struct glibc_heaps *heaps, const struct free_list *list, uint64_t place,
                   uint64_t word, uint64_t *next) {
    uint64_t revealed = place >> 12 ^ word;
    bool can_be_plain = heaps->links < votes && (word == 0 || is_node(reader, heaps, list, word));
    bool can_be_protected = heaps->links > -votes && (revealed == 0 || is_node(reader, heaps, list, revealed));
    if (can_be_plain && can_be_protected) {
        can_be_plain = word == 0 || fits(reader, heaps, list, word);
        can_be_protected = revealed == 0 || fits(reader, heaps, list, revealed);
    }
    if (can_be_plain != can_be_protected && heaps->links < votes && heaps->links > -votes) {
        heaps->links += can_be_protected ? 1 : -1;
    }
    *next = can_be_protected && (!can_be_plain || heaps->links >= 0) ? revealed : word;
    return can_be_plain || can_be_protected;
}

bool free_list_follow(struct heap_reader *reader, struct glibc_heaps *heaps, const struct free_list *list,
                      take_free_chunk *take, void *to) {
    uint64_t node = list->first;
    uint64_t met = 0; /* Brent's: a node that a ring leads back to */
    uint64_t count = 0;
    for (uint64_t next_met = 1; node != 0; count++) {
        struct free_chunk free_chunk;
        uint64_t chunk = node - list->header;
        if (count == list->most || node == met || !is_node(reader, heaps, list, node) ||
            !read_chunk(reader, heaps, chunk, &free_chunk)) {
            return false;
        }
        uint64_t size = chunk_size(&free_chunk.header);
        if (!has_size(list, size) || (is_of_heap(heaps, chunk) && !take(to, chunk, size)) ||
            !decode(reader, heaps, list, chunk + chunk_header_bytes, free_chunk.link, &node)) {
            return false;
        }
        if (count == next_met) {
            met = chunk + list->header;
            next_met *= 2;
        }
    }
    return true;
}
