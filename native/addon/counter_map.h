/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_COUNTER_MAP_H
#define OFFHEAP_COUNTER_MAP_H

#include "counter_file.h"

#include <napi.h>

/*
 * A counter page that JavaScript holds. Failures are data ({ status, what, expected, found }); src/native/counters.ts
 * makes errors of them.
 *
 *   mapCounters(path: string): Verdict & { map?: CounterMap }
 *   class CounterMap {
 *     readonly info: { pid: number, createdTicks: number, createdUnixMs: number, isPreceded: boolean,
 *                     writer: string }
 *     read(cells: Float64Array): Verdict        // fills the array, which has a place for every cell
 *     threads(): Verdict & { threads?: { tid: number, name: string, cells: Float64Array }[] }
 *     close(): void                             // and any number of times more; read and threads then throw
 *   }
 */
class CounterMap : public Napi::ObjectWrap<CounterMap> {
  public:
    static Napi::Function Define(Napi::Env env);
    static Napi::Value Open(const Napi::CallbackInfo &info);

    explicit CounterMap(const Napi::CallbackInfo &info);
    ~CounterMap() override;
    CounterMap(const CounterMap &) = delete;
    CounterMap &operator=(const CounterMap &) = delete;

  private:
    Napi::Value Info(const Napi::CallbackInfo &info);
    Napi::Value Read(const Napi::CallbackInfo &info);
    Napi::Value Threads(const Napi::CallbackInfo &info);
    void Close(const Napi::CallbackInfo &info);
    bool IsClosed(Napi::Env env) const;

    counter_file file_ = {nullptr, 0};
    counter_info info_ = {};
};

#endif
