/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CHUNK_WALK_H
#define OFFHEAP_CHUNK_WALK_H

/*
 * Follows the boundary tags of one stretch of heap (malloc/malloc.c, "malloc_chunk details"): the word at +8 of a chunk
 * is its size with three flags, the next chunk follows, and bit 0 there tells whether this one is in use; when it is
 * not, the word at +0 there repeats its size. Makes no system call: it says which bytes it wants and is fed them, so
 * many walks share a system call and a test needs no process. Where the chain breaks, because the program changed it or
 * a page is not there, it looks for a place from which `chunk_walk_proof` chunks in a row hold together.
 */

#include "walk_state.h"

/* pre: *walk is zeros, or was begun before, but for walk->until; walk->gaps is for foreign_gaps_free() */
void chunk_walk_begin(struct chunk_walk *walk, const struct stretch *stretch, const struct page_bits *bits,
                      struct tally *tally);

/*
 * Whether these bytes of the target have what it wants. Of bytes that begin there a header suffices: there are no more
 * in one piece.
 */
bool chunk_walk_holds(const struct chunk_walk *walk, uint64_t from, size_t bytes);

/* Goes on as far as the bytes reach. pre: state is walk_wants, chunk_walk_holds() */
void chunk_walk_feed(struct chunk_walk *walk, const unsigned char *data, uint64_t from, size_t bytes);

/* The bytes at `wants` could not be read. */
void chunk_walk_refuse(struct chunk_walk *walk);

/* After walk_overrun or walk_absent, when stretch.end and *bits are up to date. */
void chunk_walk_resume(struct chunk_walk *walk);

/* After walk_passed: to another place, where another walk has begun; 0: to the end of the stretch. */
void chunk_walk_go_on(struct chunk_walk *walk, uint64_t until);

/* Ends it where it is; the rest, to `until` where there is one, is unreadable. */
void chunk_walk_stop(struct chunk_walk *walk);

#endif
