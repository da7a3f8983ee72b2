/* SPDX-License-Identifier: MIT */
#include "composed.h"

#include "compiler.h"
#include "sys_pages.h"

#include <errno.h>
#include <string.h>

CLUSTERED static void *(*make)(size_t size);
CLUSTERED static void *(*make_aligned)(size_t alignment, size_t size);

void composed_start(void *(*malloc)(size_t size), void *(*aligned_alloc)(size_t alignment, size_t size)) {
    make = malloc;
    make_aligned = aligned_alloc;
}

/*
 * Does not write where the block is zero already, as its pages are that have not been touched yet: so a large block of
 * calloc takes no memory before it is used. musl does the same behind another malloc (mal0_clear).
 */
static void clear(unsigned char *block, size_t bytes) {
    size_t page = pages_size();
    size_t left = bytes;
    for (; left >= page; left -= page) {
        unsigned char *last = block + left - page;
        if (last[0] != 0 || memcmp(last, last + 1, page - 1) != 0) {
            memset(last, 0, page);
        }
    }
    memset(block, 0, left);
}

void *composed_calloc(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    unsigned char *block = make(bytes);
    if (block != NULL) {
        clear(block, bytes);
    }
    return block;
}

int composed_posix_memalign(void **block, size_t alignment, size_t size) {
    if (alignment < sizeof(void *)) {
        return EINVAL;
    }
    void *created = make_aligned(alignment, size);
    if (created == NULL) {
        return errno;
    }
    *block = created;
    return 0;
}

void *composed_memalign(size_t alignment, size_t size) {
    return make_aligned(alignment, size);
}

void *composed_valloc(size_t size) {
    return make_aligned(pages_size(), size);
}
