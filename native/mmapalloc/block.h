/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPALLOC_BLOCK_H
#define OFFHEAP_MMAPALLOC_BLOCK_H

/* Blocks and their pages, counted: what the entry points of alloc.c are made of. */

#include <stdbool.h>
#include <stddef.h>

/*
 * A block for `requested` bytes whose address is a multiple of `alignment`. NULL when the size is over PTRDIFF_MAX or
 * the kernel gives nothing; errno is not specified. pre: alignment is a power of two
 */
void *block_create(size_t requested, size_t alignment);

/* Ends a block. False, and nothing done, when `address` is not a live block. May change errno. */
bool block_destroy(void *address);

enum block_resize_result { block_resized, block_not_live, block_out_of_memory };

/*
 * Gives a block a new size: where it is when its pages suffice (pages at its end that are not needed are given back),
 * else by moving its pages, not its bytes. *address is changed on success only. When memory runs out the block stays as
 * it was.
 */
enum block_resize_result block_resize(void **address, size_t requested);

/* Whether a pointer that is not a live block was one before, or points into one that is live, or is no address at all.
 */
bool block_was_at(const void *pointer);

/* Bytes of the block's pages. False when it is not a live block. */
bool block_usable_bytes(const void *address, size_t *bytes);

#endif
