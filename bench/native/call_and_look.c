/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "next_function.h"

#include <stddef.h>

/*
 * The floor under whoever counts by what malloc gave: malloc calls on and looks whether there is a block, free looks
 * and jumps on. Nothing is counted. A library that only forwards has no call of its own, since it jumps.
 */

static void *(*next_malloc)(size_t size);
static void (*next_free)(void *block);

EXPORT void *malloc(size_t size);
EXPORT void free(void *block);

static COLD void *without_block(void) {
    return NULL;
}

EXPORT void *malloc(size_t size) {
    void *block = next_malloc(size);
    return likely(block != NULL) ? block : without_block();
}

EXPORT void free(void *block) {
    if (likely(block != NULL)) {
        next_free(block);
    }
}

/* Linked with -z initfirst: before anything else runs. */
__attribute__((constructor)) static void start(void) {
    resolve_next("malloc", &next_malloc);
    resolve_next("free", &next_free);
}
