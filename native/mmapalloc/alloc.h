/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPALLOC_ALLOC_H
#define OFFHEAP_MMAPALLOC_ALLOC_H

/* clang-format off: a table */
/*
 * The article's allocator: every block is a mapping of its own, given back to the kernel when it is freed. Slow,
 * wasteful (a block of 1 byte is a page), and without any memory of its own between free and the kernel: what a process
 * has resident is what it has not freed.
 *
 * Each entry point of the malloc family as mmapalloc_NAME; override.c gives them their libc names. What is promised,
 * and by whom:
 *
 *   every pointer       page-aligned, hence aligned for any type (C11 7.22.3); fresh pages are zero
 *   size 0              a block of its own, to be freed (C11 7.22.3 leaves it open; as glibc)
 *   too large           over PTRDIFF_MAX, or count * size overflows: NULL and ENOMEM (glibc 2.30, glibc manual 3.2.3)
 *   calloc              zero without writing: pages nobody touched cost nothing
 *   realloc             NULL: malloc. Size 0: frees and returns NULL (glibc; undefined in C23). Keeps the block,
 *                       untouched, when it fails
 *   posix_memalign      returns EINVAL unless alignment is a power of two and a multiple of sizeof(void *), else
 * ENOMEM. Then *block is as it was (POSIX leaves it open; as glibc), and so is errno (as POSIX has it; glibc sets it to
 * ENOMEM) aligned_alloc       NULL and EINVAL unless alignment is a power of two (C17 DR 460; glibc 2.38); any size
 *   memalign            alignment is rounded up to a power of two; over 2^63: NULL and EINVAL (glibc)
 *   valloc, pvalloc     page-aligned; pvalloc has whole pages anyway
 *   free and its kin    keep errno (POSIX.1-2024; glibc 2.33). Sizes given to free_sized and free_aligned_sized (C23
 *                       7.24.3.4) are not looked at
 *   malloc_usable_size  all bytes of the block's pages; 0 for NULL. They may be written, and realloc keeps them
 *
 * A pointer that is not a live block, given to any of them: one line on stderr and abort(), unless it is for another
 * allocator to judge (others.h).
 */
/* clang-format on */

#include "entry_points.h"

#include <stddef.h>

#define DECLARE(name, type, parameters, arguments) type mmapalloc_##name parameters;
OFFHEAP_ENTRY_POINTS(DECLARE)
#undef DECLARE

#endif
