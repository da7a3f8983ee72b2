/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

/*
 * The allocator that the mmap allocator is measured against: one mapping per block, its size in the first word, and
 * nothing else. No counters, no checks of overflow or alignment; calloc clears fresh pages again, and realloc always
 * copies. Written for this benchmark after the algorithm that the project's story tells of; not for use.
 */

enum { header_bytes = sizeof(size_t) };

void *malloc(size_t size) {
    size_t *mapping = mmap(NULL, size + header_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) {
        return NULL;
    }
    *mapping = size;
    return mapping + 1;
}

void free(void *block) {
    if (block != NULL) {
        size_t *mapping = (size_t *)block - 1;
        munmap(mapping, *mapping + header_bytes);
    }
}

void *calloc(size_t count, size_t size) {
    void *block = malloc(count * size);
    return block == NULL ? NULL : memset(block, 0, count * size);
}

void *realloc(void *block, size_t size) {
    if (block == NULL) {
        return malloc(size);
    }
    size_t old_size = ((size_t *)block)[-1];
    if (size <= old_size) {
        return block;
    }
    void *moved = malloc(size);
    if (moved != NULL) {
        memcpy(moved, block, old_size);
        free(block);
    }
    return moved;
}
