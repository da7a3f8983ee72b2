/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SYS_PAGES_H
#define OFFHEAP_SYS_PAGES_H

/*
 * The only calls of mmap, munmap, mremap, mprotect and madvise. Sizes and addresses are multiples of pages_size()
 * unless a function says otherwise. A function that returns bool returns true when it did what its name says; on
 * failure errno is the kernel's.
 */

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a page of this kernel; a power of two. */
size_t pages_size(void);

/* `bytes` rounded up to whole pages. pre: bytes <= PTRDIFF_MAX */
size_t pages_round_up(size_t bytes);

/* Fresh, zeroed, private, readable and writable pages; NULL when the kernel has none (memory, address space or
 * vm.max_map_count). */
void *pages_map(size_t bytes);

bool pages_unmap(void *address, size_t bytes);

/*
 * Changes the size of a mapping, moving it when it cannot grow where it is; contents are kept, pages added are zero.
 * NULL on failure: the old mapping is then untouched. EFAULT means that the range is no longer one mapping (somebody
 * used mprotect, madvise or mlock on a part).
 */
void *pages_resize(void *address, size_t old_bytes, size_t new_bytes);

/* Gives the contents back to the kernel and keeps the addresses. Best effort. */
void pages_discard(void *address, size_t bytes);

/* Makes pages readable and writable, or readable only. */
bool pages_protect(void *address, size_t bytes, bool writable);

/* Puts fresh private pages, or a shared file, in the place of what is mapped at `address`. */
bool pages_replace_by_private(void *address, size_t bytes);
bool pages_replace_by_file(void *address, size_t bytes, int descriptor);

/*
 * Gets memory for the page that holds the 8 bytes at `word`, which then hold anything; false where there is none, which
 * a write of one's own would learn by SIGBUS: a mapped file whose file system is full.
 */
bool pages_get_memory(void *word);

/* A file's first `bytes` (any number over 0), read-only and shared; NULL on failure. Reading past the file's end raises
 * SIGBUS. */
const void *pages_map_file(int descriptor, size_t bytes);
bool pages_unmap_file(const void *address, size_t bytes);

#endif
