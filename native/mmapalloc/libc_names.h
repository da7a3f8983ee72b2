/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPALLOC_LIBC_NAMES_H
#define OFFHEAP_MMAPALLOC_LIBC_NAMES_H

/*
 * A library that is opened with RTLD_DEEPBIND looks names up in libc before the program's scope, and would have a
 * malloc and a free that do not know ours: PHP's modules free what PHP has allocated. So libc's own names of the malloc
 * family lead to who serves the program, and RTLD_DEEPBIND keeps its meaning for all other names. Nothing is changed
 * where the executable has a malloc of its own, nor where another preloaded library is next. By the constructor, after
 * others_start().
 */
void libc_names_lead_here(void);

#endif
