/* SPDX-License-Identifier: MIT */
#include "free_pages_reader.h"
#include "verdict_worker.h"

#include "../allocators/free_pages.h"
#include "../inspect/inspect.h"

#include <algorithm>
#include <vector>

namespace {

std::vector<uint64_t> FiguresOf(const free_pages_options &options, const free_pages &found) {
    std::vector<uint64_t> figures;
    if (options.allocator == free_pages_mimalloc) {
        figures = {found.segments.segments, found.segments.unproven, found.segments.rss_bytes};
    } else if (found.extents.is_found) {
        for (const auto &way : found.extents.ways) {
            figures.insert(figures.end(), {way.dirty_bytes, way.muzzy_bytes, way.rss_bytes});
        }
    }
    return figures;
}

class FreePagesWorker : public VerdictWorker {
  public:
    FreePagesWorker(Napi::Env env, pid_t pid, const free_pages_options &options, Napi::Int32Array cancelled)
        : VerdictWorker(env, "offheap:free-pages", cancelled), pid_(pid), options_(options) {}

  protected:
    void Execute() override {
        verdict_ = free_pages_read(pid_, &options_, &found_);
    }

    void AddResult(Napi::Env env, Napi::Object object) override {
        std::vector<uint64_t> figures = FiguresOf(options_, found_);
        if (!figures.empty()) {
            Napi::Float64Array list = Napi::Float64Array::New(env, figures.size());
            std::transform(figures.begin(), figures.end(), list.Data(),
                           [](uint64_t figure) { return static_cast<double>(figure); });
            object["figures"] = list;
        }
    }

  private:
    pid_t pid_;
    free_pages_options options_;
    free_pages found_ = {};
};

uint64_t ToUnsigned(const Napi::Value &value) {
    return static_cast<uint64_t>(std::max<int64_t>(value.As<Napi::Number>().Int64Value(), 0));
}

} // namespace

Napi::Value ReadFreePages(const Napi::CallbackInfo &info) {
    constexpr size_t argument_count = 7;
    constexpr size_t number_count = 6;
    Napi::Env env = info.Env();
    bool are_right = info.Length() >= argument_count && info[number_count].IsTypedArray() &&
                     info[number_count].As<Napi::TypedArray>().TypedArrayType() == napi_int32_array &&
                     info[number_count].As<Napi::TypedArray>().ElementLength() == 1;
    for (size_t index = 0; are_right && index < number_count; index++) {
        are_right = info[index].IsNumber();
    }
    if (!are_right) {
        Napi::TypeError::New(env, "Expected six numbers and an Int32Array of one element").ThrowAsJavaScriptException();
        return env.Undefined();
    }
    auto cancelled = info[number_count].As<Napi::Int32Array>();
    free_pages_options options = {};
    options.budget_ms = ToUnsigned(info[1]);
    options.allocator = static_cast<free_pages_allocator>(std::min<uint64_t>(ToUnsigned(info[2]), free_pages_mimalloc));
    options.page_bytes = ToUnsigned(info[3]);
    options.start = ToUnsigned(info[4]);
    options.end = ToUnsigned(info[5]);
    options.cancelled = cancelled.Data();
    auto *worker = new FreePagesWorker(env, info[0].As<Napi::Number>().Int32Value(), options, cancelled);
    Napi::Promise promise = worker->Promise();
    worker->Queue();
    return promise;
}
