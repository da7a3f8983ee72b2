/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_REGION_H
#define OFFHEAP_REGION_H

/*
 * Which addresses are live blocks, and how many bytes each was asked for. Kept apart from the blocks, so a pointer that
 * is not one is found missing and never followed, and a block is nothing but its own pages.
 *
 * A radix table of two levels by page number: a root in the library's own zeroed memory, leaves mapped when a block
 * first falls into their gigabyte and never unmapped. One word per page, sparse. No lock: every change is one atomic
 * exchange, so any number of threads, a signal handler and the child of a fork find the table whole, and of two threads
 * that free one block exactly one gets it.
 */

#include <stdbool.h>
#include <stddef.h>

struct region_leaf;

/* Publishes a block. False when a leaf was needed and could not be mapped. pre: address is page-aligned and not a live
 * block */
bool region_insert(void *address, size_t requested);

/* Takes a block out. False when it is not a live block: foreign, or already taken. */
bool region_take(const void *address, size_t *requested);

/* Looks a block up and leaves it. Says nothing about later: another thread may free it at once. */
bool region_find(const void *address, size_t *requested);

/* Whether a block begins at this address, or ever did; true also of what is no address at all. */
bool region_knows(const void *address);

/* Looks up the live block nearest to an address that is not below it, in its gigabyte alone. Slow: for errors. */
bool region_find_below(const void *address, const void **block, size_t *requested);

/*
 * For a caller that cannot go back once it has an address: reserves beforehand what an insertion may need. NULL when
 * there is no memory. region_insert_reserved() then always succeeds and ends the reservation; region_unreserve() ends
 * it unused.
 */
struct region_leaf *region_reserve(void);
void region_insert_reserved(void *address, size_t requested, struct region_leaf *reserved);
void region_unreserve(struct region_leaf *reserved);

#endif
