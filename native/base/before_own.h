/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_BEFORE_OWN_H
#define OFFHEAP_BEFORE_OWN_H

/*
 * Which definitions come before this library's. A library that is preloaded comes before libc, but the executable comes
 * before it, and so does what is named earlier in LD_PRELOAD. glibc makes reallocarray of whichever realloc is the
 * first, and so do we: its caller's block is of the malloc that the caller has, an executable's own for one.
 */

#include "compiler.h"

#include <stdbool.h>
#include <stddef.h>

struct before_own {
    void *(*realloc)(void *block, size_t size); /* NULL where this library's is the first */
    void (*free)(void *block);
    bool has_malloc;
    bool program_has_malloc; /* the executable itself */
};
extern HIDDEN struct before_own before_own;

/* For the start of the process alone: dlsym() may allocate meanwhile. */
void before_own_look_up(void);

#endif
