/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FREE_PAGES_READER_H
#define OFFHEAP_FREE_PAGES_READER_H

#include <napi.h>

/*
 * readFreePages(pid, budgetMs, allocator: 0 jemalloc, 1 tcmalloc, 2 mimalloc, pageBytes, start, end, cancelled:
 * Int32Array): Promise. Off the JavaScript thread. Resolves to { status, what, error, figures?: Float64Array };
 * src/native/ free-pages.ts says which. None where the allocator's records were not found.
 */
Napi::Value ReadFreePages(const Napi::CallbackInfo &info);

#endif
