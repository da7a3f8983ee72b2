/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OWNER_FINDER_H
#define OFFHEAP_OWNER_FINDER_H

#include <napi.h>

/*
 * findOwners(pid, budgetMs, climbs, kinds: Uint8Array, ranges: Float64Array, cancelled: Int32Array, loader): Promise.
 * Kinds of the sources; ranges are triples of start, end and source. Resolves to { status, what, error, owners? }.
 */
Napi::Value FindOwners(const Napi::CallbackInfo &info);

/*
 * findCoreOwners(number, …, root?: string): the same of a core file that readCore() has opened. Files that the process
 * had mapped are looked for below `root`, and nowhere without one.
 */
Napi::Value FindCoreOwners(const Napi::CallbackInfo &info);

#endif
