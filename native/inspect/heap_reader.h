/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HEAP_READER_H
#define OFFHEAP_HEAP_READER_H

/*
 * Words of the heaps in any order, for following lists: a page is fetched once while its place in the cache is its own.
 * Only pages that are present are read. What is read may be as old as the reader.
 */

#include "heap_list.h"
#include "target.h"

struct heap_reader;

/* NULL: no memory. */
struct heap_reader *heap_reader_create(const struct target *target, const struct glibc_heaps *heaps);
/* NULL is allowed. */
void heap_reader_destroy(struct heap_reader *reader);

/* False when a part of it lies in no heap, is not present or cannot be read. */
bool heap_reader_read(struct heap_reader *reader, uint64_t address, void *to, size_t bytes);

/* Of other memory that is writable, as it is now: False when it is not present, cannot be read or it is late. */
bool heap_reader_read_mapped(const struct heap_reader *reader, uint64_t address, void *to, size_t bytes);
bool heap_reader_is_mapped(const struct heap_reader *reader, uint64_t address);

/* From here on nothing is older. */
void heap_reader_forget(struct heap_reader *reader);

#endif
