/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CHUNK_PLACES_H
#define OFFHEAP_CHUNK_PLACES_H

/*
 * Where in the middle of a stretch a chunk begins, as far as its bytes can tell: from there many chunks in a row hold
 * together. A block that holds what looks like chunks can make it wrong, so nobody relies on it: a walk that comes from
 * before has to arrive there.
 */

#include "stretch.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The first such place in `bytes` bytes of memory from the address `from`, a multiple of 16. The chunk before it is in
 * use and in no fastbin, so what is free on one side is not merged with what is free on the other. 0: there is none.
 */
uint64_t chunk_place_find(const struct stretch *stretch, const unsigned char *data, uint64_t from, size_t bytes);

#endif
