/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_THREAD_LIST_H
#define OFFHEAP_THREAD_LIST_H

#include "vm.h"

/* Addresses of the JavaThreads, at most `most`, in an array that is the caller's to free. NULL: none, or no memory. */
uint64_t *thread_list_read(const struct hotspot *vm, size_t *count);

#endif
