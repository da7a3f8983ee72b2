/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BOOTSTRAP_H
#define OFFHEAP_BOOTSTRAP_H

#include "compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Static memory for who allocates while dlsym() looks up the functions (dlsym itself, in some versions of glibc). Never
 * given back.
 */
#define bootstrap_bytes ((size_t)64 * 1024)
extern HIDDEN unsigned char bootstrap_arena[bootstrap_bytes];

static inline bool bootstrap_owns(const void *block) {
    return (uintptr_t)block - (uintptr_t)bootstrap_arena < bootstrap_bytes;
}

/* A new block; the process ends with a line on stderr when there is no room. */
COLD void *bootstrap_allocate(size_t alignment, size_t size);

/* Usable bytes of a bootstrap block. pre: bootstrap_owns(block) */
COLD size_t bootstrap_usable_size(const void *block);

#endif
