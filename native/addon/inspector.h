/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_INSPECTOR_H
#define OFFHEAP_INSPECTOR_H

#include <napi.h>

/*
 * inspectHeap(pid: number, budgetMs: number, seed: number, cancelled: Int32Array): Promise<Verdict & { inspection?:
 * NativeInspection }>
 *
 * Another number than 0 in `cancelled` calls it off.
 * Off the JavaScript thread. Failures are data ({ status, what, error }); src/native/inspector.ts makes errors of them
 * and says what NativeInspection is.
 */
Napi::Value InspectHeap(const Napi::CallbackInfo &info);

/* inspectCore(number, …): the same of a core file that readCore() has opened. */
Napi::Value InspectCore(const Napi::CallbackInfo &info);

/* { group, name }[]: what stands where in a Float64Array of figures; see heap_figures.h. */
Napi::Array DescribeHeapFigures(Napi::Env env);

#endif
