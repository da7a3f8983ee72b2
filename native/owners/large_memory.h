/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_LARGE_MEMORY_H
#define OFFHEAP_LARGE_MEMORY_H

/*
 * Memory of this process that is looked into at random: in huge pages where the kernel has them for who asks
 * (Documentation/admin-guide/mm/transhuge.rst), since most of such a look's time is else the page tables'.
 */

#include <stddef.h>

/* Zeros; NULL: there is none. */
void *large_memory_take(size_t bytes);
/* NULL is allowed. */
void large_memory_free(void *memory, size_t bytes);

#endif
