/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "next_function.h"

#include <stddef.h>

/*
 * The floor under whoever counts usable bytes exactly and knows nothing of the allocator: malloc and free do nothing
 * but ask malloc_usable_size and jump on.
 */

static void *(*next_malloc)(size_t size);
static void (*next_free)(void *block);
static size_t (*next_malloc_usable_size)(void *block);

EXPORT void *malloc(size_t size);
EXPORT void free(void *block);

EXPORT void *malloc(size_t size) {
    void *block = next_malloc(size);
    (void)next_malloc_usable_size(block);
    return block;
}

EXPORT void free(void *block) {
    (void)next_malloc_usable_size(block);
    next_free(block);
}

/* Linked with -z initfirst: before anything else runs. */
__attribute__((constructor)) static void start(void) {
    resolve_next("malloc", &next_malloc);
    resolve_next("free", &next_free);
    resolve_next("malloc_usable_size", &next_malloc_usable_size);
}
