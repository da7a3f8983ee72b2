/* SPDX-License-Identifier: MIT */
#ifndef RANDOM_HEAP_PIECES_H
#define RANDOM_HEAP_PIECES_H

/*
 * What nobody can tell from outside for certain: which memory of the brk heap is not malloc's, and where the main arena
 * went on by mmap.
 */

enum { most_pieces = 4096 };

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

/*
 * After each allocation. A new piece has the block last, behind what is left of its alignment, or it has only what libc
 * allocated for a thread: all but a block and its alignment is within one page.
 */
static void note_piece(const void *block) {
    if (known_start == UINTPTR_MAX || (*main_top >= known_start && *main_top < known_end)) {
        return;
    }
    const size_t *words = (const size_t *)block - 2;
    uintptr_t first = *main_top;
    if (block != NULL && end_of(block) == *main_top) {
        first = (uintptr_t)words - ((words[1] & 1) != 0 ? 0 : words[0]);
    }
    known_start = first & -(uintptr_t)page_size;
    known_end = *main_top + (((const size_t *)*main_top)[1] & ~(size_t)7);
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
