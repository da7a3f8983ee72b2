/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CORE_READER_H
#define OFFHEAP_CORE_READER_H

#include <napi.h>

/*
 * readCore(path: string, budgetMs: number, cancelled: Int32Array): Promise<Verdict & { core?: NativeCore
 * }>
 *
 * All that a core file tells but malloc's heaps, off the JavaScript thread; src/native/native-core.ts says what
 * NativeCore is. It stays open under the number `core.number` until closeCore(number). Failures are data, as of
 * inspectHeap.
 */
Napi::Value ReadCore(const Napi::CallbackInfo &info);
Napi::Value CloseCore(const Napi::CallbackInfo &info);

#endif
