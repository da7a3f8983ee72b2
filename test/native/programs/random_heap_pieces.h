/* SPDX-License-Identifier: MIT */
#ifndef RANDOM_HEAP_PIECES_H
#define RANDOM_HEAP_PIECES_H

/*
 * What nobody can tell from outside for certain: which memory of the brk heap is not malloc's, and where the main arena
 * went on by mmap.
 */

#include <stdbool.h>

enum { most_pieces = 4096, largest_alignment = 64 << 10 };

static struct {
    char *start;
    size_t bytes;
} own_memory[most_pieces]; /* the program's, by sbrk */
static unsigned own_count;
static uintptr_t pieces[most_pieces]; /* where those by mmap begin */
static unsigned piece_count;
static const uintptr_t *main_top;           /* &main_arena.top */
static uintptr_t known_start = UINTPTR_MAX; /* of the piece that has the top; none while brk is malloc's */
static uintptr_t known_end;

/* Words in it may look like malloc's. */
static void take_by_sbrk(size_t bytes) {
    char *start = sbrk((intptr_t)bytes);
    EXPECT(start != (void *)-1 && own_count < most_pieces);
    memset(start, 0xa5, bytes < 1 << 20 ? bytes : 1 << 20);
    own_memory[own_count].start = start;
    own_memory[own_count++].bytes = bytes;
}

/* From now on brk fails: a page lies behind it. */
static void block_brk(void) {
    known_start = 0;
    known_end = ((uintptr_t)sbrk(0) + page_size - 1) & -(uintptr_t)page_size;
    void *page = (void *)known_end;
    EXPECT(mmap(page, page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == page);
}

static bool leads_to(uintptr_t from, uintptr_t chunk) {
    while (from < chunk) {
        size_t size = ((const size_t *)from)[1] / chunk_align * chunk_align;
        if (size == 0) {
            return false;
        }
        from += size;
    }
    return from == chunk;
}

/*
 * After each allocation. A new piece begins with a page, and has the block, behind what libc may have allocated for a
 * thread and what an alignment left; or it has only what libc allocated, which is less than a page.
 */
static void note_piece(const void *block) {
    uintptr_t top = *main_top;
    if (known_start == UINTPTR_MAX || (top >= known_start && top < known_end)) {
        return;
    }
    uintptr_t chunk = (uintptr_t)block - 2 * sizeof(size_t);
    bool is_of_main = block != NULL && (((const size_t *)chunk)[1] & (flag_mmapped | flag_other_arena)) == 0;
    bool is_there = is_of_main && chunk < top && top - end_of(block) <= 2 * largest_alignment;
    uintptr_t start = (is_there ? chunk : top) & -(uintptr_t)page_size;
    while (is_there && !leads_to(start, chunk)) {
        start -= page_size;
    }
    known_start = start;
    known_end = top + ((const size_t *)top)[1] / chunk_align * chunk_align;
    EXPECT(piece_count < most_pieces);
    pieces[piece_count++] = known_start;
}

static void print_pieces(void) {
    for (unsigned index = 0; index < own_count; index++) {
        printf("sbrk %#zx %zu\n", (size_t)own_memory[index].start, own_memory[index].bytes);
    }
    for (unsigned index = 0; index < piece_count; index++) {
        printf("piece %#zx\n", (size_t)pieces[index]);
    }
}

#endif
