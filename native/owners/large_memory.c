/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "large_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

static const size_t huge_page_bytes = (size_t)2 << 20;

void *large_memory_take(size_t bytes) {
    if (bytes < huge_page_bytes) {
        return calloc(1, bytes == 0 ? 1 : bytes);
    }
    if (bytes > SIZE_MAX / 2) {
        return NULL;
    }
    /* With room to begin at a multiple of a huge page; what is before and behind it goes back. */
    unsigned char *mapped =
        mmap(NULL, bytes + huge_page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) {
        return NULL;
    }
    size_t before = (huge_page_bytes - (uintptr_t)mapped % huge_page_bytes) % huge_page_bytes;
    size_t whole = (bytes + 4095) / 4096 * 4096;
    if (before > 0) {
        (void)munmap(mapped, before);
    }
    if (huge_page_bytes - before > whole - bytes) {
        (void)munmap(mapped + before + whole, bytes + huge_page_bytes - before - whole);
    }
    (void)madvise(mapped + before, bytes, MADV_HUGEPAGE);
    return mapped + before;
}

void large_memory_free(void *memory, size_t bytes) {
    if (bytes < huge_page_bytes) {
        free(memory);
    } else if (memory != NULL) {
        (void)munmap(memory, bytes);
    }
}
