/* SPDX-License-Identifier: MIT */
#include "free_list.h"

#include "chunk_header.h"

enum { votes = 8 }; /* that settle how chunks are linked: one may be of a chunk that just left its list */

static bool is_node(const struct glibc_heaps *heaps, const struct free_list *list, uint64_t node) {
    if (node % chunk_align != 0) {
        return false;
    }
    const struct heap *heap = glibc_heaps_at(heaps, node - list->header);
    return heap != NULL && (list->arena < 0 || heap->stretch.arena == (uint64_t)list->arena);
}

static bool has_size(const struct free_list *list, uint64_t size) {
    return size >= list->smallest && size <= list->largest;
}

/* Whether a chunk of the list's sizes is there. */
static bool fits(struct heap_reader *reader, const struct free_list *list, uint64_t node) {
    struct chunk_header header;
    return heap_reader_read(reader, node - list->header, &header, sizeof header) && has_size(list, chunk_size(&header));
}

/*
 * Where the link leads, 0 at the list's end; false: nowhere that it can lead. A heap at low addresses, of a program
 * that is linked to a fixed one, can make both of a link: then the chunks there tell.
 */
static bool decode(struct heap_reader *reader, struct glibc_heaps *heaps, const struct free_list *list, uint64_t place,
                   uint64_t word, uint64_t *next) {
    uint64_t revealed = place >> 12 ^ word;
    bool can_be_plain = heaps->links < votes && (word == 0 || is_node(heaps, list, word));
    bool can_be_protected = heaps->links > -votes && (revealed == 0 || is_node(heaps, list, revealed));
    if (can_be_plain && can_be_protected) {
        can_be_plain = word == 0 || fits(reader, list, word);
        can_be_protected = revealed == 0 || fits(reader, list, revealed);
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
        struct {
            struct chunk_header header;
            uint64_t link;
        } free_chunk;
        uint64_t chunk = node - list->header;
        if (count == list->most || node == met || !is_node(heaps, list, node) ||
            !heap_reader_read(reader, chunk, &free_chunk, sizeof free_chunk)) {
            return false;
        }
        uint64_t size = chunk_size(&free_chunk.header);
        if (!has_size(list, size) || !take(to, chunk, size) ||
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
