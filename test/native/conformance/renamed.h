/* SPDX-License-Identifier: MIT */
#ifndef CONFORMANCE_RENAMED_H
#define CONFORMANCE_RENAMED_H

/* libc's names stand for functions with CONFORMANCE_PREFIX before them. Include after libc's headers. */

#include "entry_points.h"

#define RENAMED_PASTE(prefix, name)  prefix##name
#define RENAMED_EXPAND(prefix, name) RENAMED_PASTE(prefix, name)
#define RENAMED(name)                RENAMED_EXPAND(CONFORMANCE_PREFIX, name)

#define DECLARE(name, type, parameters, arguments) type RENAMED(name) parameters;
OFFHEAP_ENTRY_POINTS(DECLARE)
#undef DECLARE

#define malloc             RENAMED(malloc)
#define calloc             RENAMED(calloc)
#define realloc            RENAMED(realloc)
#define reallocarray       RENAMED(reallocarray)
#define posix_memalign     RENAMED(posix_memalign)
#define aligned_alloc      RENAMED(aligned_alloc)
#define memalign           RENAMED(memalign)
#define valloc             RENAMED(valloc)
#define pvalloc            RENAMED(pvalloc)
#define free               RENAMED(free)
#define free_sized         RENAMED(free_sized)
#define free_aligned_sized RENAMED(free_aligned_sized)
#define malloc_usable_size RENAMED(malloc_usable_size)

#endif
