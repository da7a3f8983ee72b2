/* SPDX-License-Identifier: MIT */
#include "page_memory.h"

#include <assert.h>

/* MAP_FIXED needs the alignment of the kernel's pages; x86-64 linkers do not promise more than 4 KiB on older systems.
 */
#if defined(__x86_64__)
#define page_memory_alignment 4096
#else
#define page_memory_alignment counter_page_granule
#endif

_Alignas(page_memory_alignment) union page_memory page_memory;

static_assert(sizeof page_memory == counter_page_bytes, "the file covers the object and nothing else");
