/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SAMPLER_OBJECT_H
#define OFFHEAP_SAMPLER_OBJECT_H

#include "sampler.h"

#include <napi.h>

/*
 * A sampler that JavaScript holds. src/native/sampler.ts checks the arguments and names the failures.
 *
 *   startSampler({ pid, intervalMs, detailIntervalMs, originMs, cgroupFile?: string }): Sampler | { errno: number }
 *   class Sampler {
 *     watchCounters(path: string, cell: number): boolean
 *     watchRanges(bounds: Float64Array): boolean      // start, end, start, end, …
 *     drain(samples: Float64Array): number            // samples written, sampleFields doubles each
 *     status(): { droppedSamples: number, cpuMs: number, endedAtMs?: number }
 *     stop(): void
 *   }
 *
 * And, without a thread: readSmaps(pid: number, bounds: Float64Array):
 *   { rssBytes, anonymousBytes, swapBytes, rangesRssBytes: number } | { errno: number }   // errno 0: it ended
 * meanwhile
 */
class SamplerObject : public Napi::ObjectWrap<SamplerObject> {
  public:
    static Napi::Function Define(Napi::Env env);
    static Napi::Value Start(const Napi::CallbackInfo &info);

    static Napi::Value ReadSmaps(const Napi::CallbackInfo &info);

    explicit SamplerObject(const Napi::CallbackInfo &info);
    ~SamplerObject() override;
    SamplerObject(const SamplerObject &) = delete;
    SamplerObject &operator=(const SamplerObject &) = delete;

  private:
    Napi::Value WatchCounters(const Napi::CallbackInfo &info);
    Napi::Value WatchRanges(const Napi::CallbackInfo &info);
    Napi::Value Drain(const Napi::CallbackInfo &info);
    Napi::Value Status(const Napi::CallbackInfo &info);
    void Stop(const Napi::CallbackInfo &info);

    sampler *sampler_ = nullptr;
};

#endif
