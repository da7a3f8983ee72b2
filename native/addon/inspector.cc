/* SPDX-License-Identifier: MIT */
#include "inspector.h"
#include "napi_values.h"
#include "open_cores.h"
#include "verdict_worker.h"

#include "../inspect/inspect.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

namespace {

/* In the order of OFFHEAP_HEAP_FIGURES, as DescribeHeapFigures() has them. Doubles are exact up to 2^53. */
Napi::Float64Array Figures(Napi::Env env, const heap_figures &figures) {
    const uint64_t values[] = {
#define OFFHEAP_FIGURE(unwalked, group, name) figures.name,
        OFFHEAP_HEAP_FIGURES
#undef OFFHEAP_FIGURE
    };
    Napi::Float64Array list = Napi::Float64Array::New(env, std::size(values));
    std::copy(std::begin(values), std::end(values), list.Data());
    return list;
}

Napi::Array Arenas(Napi::Env env, const inspection &result) {
    Napi::Array list = Napi::Array::New(env, result.arena_count);
    for (size_t index = 0; index < result.arena_count; index++) {
        const inspect_arena &arena = result.arenas[index];
        Napi::Object object = Napi::Object::New(env);
        object["address"] = ToNumber(env, arena.address);
        object["isMain"] = Napi::Boolean::New(env, arena.is_main);
        object["heaps"] = ToNumber(env, arena.heaps);
        object["heapsWalked"] = ToNumber(env, arena.heaps_walked);
        if (arena.has_attached_threads) {
            object["attachedThreads"] = ToNumber(env, arena.attached_threads);
        }
        object["figures"] = Figures(env, arena.figures);
        list[static_cast<uint32_t>(index)] = object;
    }
    return list;
}

/* Triples of start, end and kind (0 main, 1 arena, 2 mmapped). */
Napi::Float64Array Ranges(Napi::Env env, const inspection &result) {
    Napi::Float64Array list = Napi::Float64Array::New(env, result.range_count * 3);
    for (size_t index = 0; index < result.range_count; index++) {
        list[index * 3] = static_cast<double>(result.ranges[index].start);
        list[index * 3 + 1] = static_cast<double>(result.ranges[index].end);
        list[index * 3 + 2] = result.ranges[index].kind;
    }
    return list;
}

struct Counts {
    double chunks;
    double bytes;
};

/* `cached` are among the live ones. */
Napi::Object Row(Napi::Env env, double from, double to, Counts live, Counts cached, Counts free) {
    Napi::Object row = Napi::Object::New(env);
    row["fromBytes"] = Napi::Number::New(env, from);
    row["toBytes"] = Napi::Number::New(env, to);
    row["liveChunks"] = Napi::Number::New(env, live.chunks);
    row["liveBytes"] = Napi::Number::New(env, live.bytes);
    row["cachedChunks"] = Napi::Number::New(env, cached.chunks);
    row["cachedBytes"] = Napi::Number::New(env, cached.bytes);
    row["freeChunks"] = Napi::Number::New(env, free.chunks);
    row["freeBytes"] = Napi::Number::New(env, free.bytes);
    return row;
}

Counts OfSize(uint32_t chunks, double size) {
    return {static_cast<double>(chunks), chunks * size};
}

Counts OfPower(uint32_t chunks, uint64_t bytes) {
    return {static_cast<double>(chunks), static_cast<double>(bytes)};
}

/* Chunks by size: one by one where they were counted so, then by powers of two. */
Napi::Array Sizes(Napi::Env env, const tally &sizes) {
    Napi::Array list = Napi::Array::New(env);
    uint32_t count = 0;
    for (unsigned index = 0; index < exact_count; index++) {
        double size = static_cast<double>(index) * chunk_align;
        if (sizes.exact_live[index] > 0 || sizes.exact_free[index] > 0) {
            list[count++] = Row(env, size, size, OfSize(sizes.exact_live[index], size),
                                OfSize(sizes.exact_cached[index], size), OfSize(sizes.exact_free[index], size));
        }
    }
    for (unsigned bits = 1; bits < power_count; bits++) {
        if (sizes.power_live[bits] > 0 || sizes.power_free[bits] > 0) {
            double from = static_cast<double>(UINT64_C(1) << (bits - 1));
            list[count++] =
                Row(env, from, from * 2 - chunk_align, OfPower(sizes.power_live[bits], sizes.power_live_bytes[bits]),
                    OfPower(sizes.power_cached[bits], sizes.power_cached_bytes[bits]),
                    OfPower(sizes.power_free[bits], sizes.power_free_bytes[bits]));
        }
    }
    return list;
}

/* Of blocks of their own mapping: pairs of a size and how many have it, the smallest size first. */
Napi::Float64Array MmappedSizes(Napi::Env env, const inspection &result) {
    std::map<uint64_t, uint64_t> counts;
    for (uint64_t index = 0; index < result.mmapped_chunks; index++) {
        counts[result.mmapped_sizes[index]]++;
    }
    Napi::Float64Array pairs = Napi::Float64Array::New(env, counts.size() * 2);
    size_t at = 0;
    for (const auto &[size, chunks] : counts) {
        pairs[at++] = static_cast<double>(size);
        pairs[at++] = static_cast<double>(chunks);
    }
    return pairs;
}

Napi::Object JvmBlocks(Napi::Env env, const tally &sizes) {
    Napi::Object object = Napi::Object::New(env);
    object["arenaChunks"] = ToNumber(env, sizes.jvm_chunks[jvm_block_arena]);
    object["arenaBytes"] = ToNumber(env, sizes.jvm_bytes[jvm_block_arena]);
    object["symbols"] = ToNumber(env, sizes.jvm_chunks[jvm_block_symbol]);
    object["symbolBytes"] = ToNumber(env, sizes.jvm_bytes[jvm_block_symbol]);
    return object;
}

Napi::Object ToObject(Napi::Env env, const inspection &result) {
    Napi::Object object = Napi::Object::New(env);
    Napi::Object mmapped = Napi::Object::New(env);
    mmapped["chunks"] = ToNumber(env, result.mmapped_chunks);
    mmapped["sizeBytes"] = ToNumber(env, result.mmapped_size);
    mmapped["rssBytes"] = ToNumber(env, result.mmapped_rss);
    if (result.mmapped_is_counted) {
        mmapped["missingBytes"] = ToNumber(env, result.mmapped_missing);
    }
    object["totals"] = Figures(env, result.totals);
    object["arenas"] = Arenas(env, result);
    object["mmapped"] = mmapped;
    object["mmappedSizes"] = MmappedSizes(env, result);
    object["ranges"] = Ranges(env, result);
    object["sizes"] = Sizes(env, *result.sizes);
    object["jvmBlocks"] = JvmBlocks(env, *result.sizes);
    object["scale"] = Napi::Number::New(env, result.scale);
    object["listsLeft"] = ToNumber(env, result.lists_left);
    object["heapsWalked"] = ToNumber(env, result.heaps_walked);
    object["heapsTotal"] = ToNumber(env, result.heaps_total);
    object["relativeError"] = Napi::Number::New(env, result.relative_error);
    object["consistency"] = Napi::Number::New(env, result.consistency);
    return object;
}

class InspectWorker : public VerdictWorker {
  public:
    /* `core`: nothing, where the process is alive. */
    InspectWorker(Napi::Env env, pid_t pid, std::shared_ptr<OpenCore> core, const inspect_options &options,
                  Napi::Int32Array cancelled)
        : VerdictWorker(env, "offheap:inspect", cancelled), pid_(pid), core_(std::move(core)), options_(options) {}
    ~InspectWorker() override {
        inspection_free(&result_);
    }

  protected:
    void Execute() override {
        const remote whose = {pid_, core_ ? &core_->look.core : nullptr};
        verdict_ = inspect_memory(&whose, &options_, &result_);
    }

    void AddResult(Napi::Env env, Napi::Object object) override {
        object["inspection"] = ToObject(env, result_);
    }

  private:
    pid_t pid_;
    std::shared_ptr<OpenCore> core_;
    inspect_options options_;
    inspection result_ = {};
};

/* Of a pid, or of the number of a core file. */
Napi::Value Inspect(const Napi::CallbackInfo &info, bool is_core) {
    Napi::Env env = info.Env();
    bool are_numbers = info.Length() >= 4 && info[0].IsNumber() && info[1].IsNumber() && info[2].IsNumber();
    std::shared_ptr<OpenCore> core =
        are_numbers && is_core ? FindCore(info[0].As<Napi::Number>().Uint32Value()) : nullptr;
    if (!are_numbers || is_core != (core != nullptr) || !info[3].IsTypedArray() ||
        info[3].As<Napi::TypedArray>().TypedArrayType() != napi_int32_array ||
        info[3].As<Napi::TypedArray>().ElementLength() != 1) {
        Napi::TypeError::New(env, is_core ? "Expected an open core, a budget, a seed and an Int32Array of one element"
                                          : "Expected a pid, a budget, a seed and an Int32Array of one element")
            .ThrowAsJavaScriptException();
        return env.Undefined();
    }
    auto cancelled = info[3].As<Napi::Int32Array>();
    inspect_options options = {};
    options.budget_ms = static_cast<uint64_t>(std::max<int64_t>(info[1].As<Napi::Number>().Int64Value(), 0));
    options.seed = static_cast<uint64_t>(info[2].As<Napi::Number>().Int64Value());
    options.cancelled = cancelled.Data();
    pid_t pid = core ? 0 : info[0].As<Napi::Number>().Int32Value();
    auto *worker = new InspectWorker(env, pid, std::move(core), options, cancelled);
    Napi::Promise promise = worker->Promise();
    worker->Queue();
    return promise;
}

} // namespace

Napi::Array DescribeHeapFigures(Napi::Env env) {
    const struct {
        const char *group;
        const char *name;
    } figures[] = {
#define OFFHEAP_FIGURE(unwalked, group, name) {#group, #name},
        OFFHEAP_HEAP_FIGURES
#undef OFFHEAP_FIGURE
    };
    Napi::Array list = Napi::Array::New(env);
    uint32_t count = 0;
    for (const auto &figure : figures) {
        Napi::Object object = Napi::Object::New(env);
        object["group"] = Napi::String::New(env, figure.group);
        object["name"] = Napi::String::New(env, figure.name);
        list[count++] = object;
    }
    return list;
}

Napi::Value InspectHeap(const Napi::CallbackInfo &info) {
    return Inspect(info, false);
}

Napi::Value InspectCore(const Napi::CallbackInfo &info) {
    return Inspect(info, true);
}
