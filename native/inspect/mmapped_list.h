/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPPED_LIST_H
#define OFFHEAP_MMAPPED_LIST_H

/* Blocks of their own mapping that were found. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mmapped_chunk {
    uint64_t start;
    uint64_t end;
};

struct mmapped {
    struct mmapped_chunk *list; /* neighbours joined; each part of the search in order of address */
    size_t count;
    size_t capacity;
    uint64_t chunks;
    uint64_t *sizes; /* of each block, in the order in which they were found */
    size_t sizes_capacity;
    uint64_t *starts; /* likewise */
    size_t starts_capacity;
    uint64_t size_bytes;
    uint64_t rss_bytes;
    bool is_thorough; /* each block's header is looked for in 256 pages, as memalign and realloc may leave an older one
                       */
    bool is_counted;  /* glibc's own sums were read */
    uint64_t missing_bytes; /* that glibc counts and that were not found; while the program runs, sums of two moments */
};

/* Another block. False: there is no memory. */
bool mmapped_add(struct mmapped *mmapped, uint64_t start, uint64_t end);
void mmapped_free(struct mmapped *mmapped);

#endif
