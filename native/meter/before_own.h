/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BEFORE_OWN_H
#define OFFHEAP_BEFORE_OWN_H

#include "compiler.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The realloc and the free that come before the meter's, NULL where the meter's are the first, and whether a malloc
 * does. glibc makes reallocarray of whichever realloc is the first, and so does the meter: its caller's block is of the
 * malloc that the caller has, an executable's own for one. What is passed on there is not counted.
 */
struct before_own {
    void *(*realloc)(void *block, size_t size);
    void (*free)(void *block);
    bool has_malloc;
};
extern HIDDEN struct before_own before_own;

/* dlsym() may allocate meanwhile. */
void before_own_look_up(void);

#endif
