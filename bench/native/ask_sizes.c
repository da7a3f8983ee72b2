/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

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

static void resolve(const char *name, void *pointer) {
    void *function = dlsym(RTLD_NEXT, name);
    memcpy(pointer, &function, sizeof function);
}

/* Linked with -z initfirst: before anything else runs. */
__attribute__((constructor)) static void start(void) {
    resolve("malloc", &next_malloc);
    resolve("free", &next_free);
    resolve("malloc_usable_size", &next_malloc_usable_size);
}
