/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_COMPOSED_H
#define OFFHEAP_COMPOSED_H

/*
 * Functions of the malloc family made of others behind the meter, in the place of those that a libc makes of the public
 * ones: these are the meter's, and would count each block twice. musl makes calloc of malloc, posix_memalign and
 * memalign of aligned_alloc, and valloc of memalign, so that they fit a malloc which is put in front (its
 * src/malloc/calloc.c, posix_memalign.c, memalign.c, src/legacy/valloc.c). glibc's call its own.
 */

#include <stddef.h>

/* What they are made of. To be called first. */
void composed_start(void *(*malloc)(size_t size), void *(*aligned_alloc)(size_t alignment, size_t size));

/* As musl has them: posix_memalign sets errno as well. */
void *composed_calloc(size_t count, size_t size);
int composed_posix_memalign(void **block, size_t alignment, size_t size);
void *composed_memalign(size_t alignment, size_t size);
void *composed_valloc(size_t size);

#endif
