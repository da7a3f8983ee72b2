/* SPDX-License-Identifier: MIT */
#include "core_reader.h"
#include "napi_values.h"
#include "open_cores.h"
#include "verdict_worker.h"

#include <algorithm>
#include <string>
#include <utility>

namespace {

constexpr size_t mapping_numbers = 8;

Napi::Float64Array Mappings(Napi::Env env, const core_look &look) {
    Napi::Float64Array list = Napi::Float64Array::New(env, look.mapping_count * mapping_numbers);
    double *to = list.Data();
    for (size_t index = 0; index < look.mapping_count; index++) {
        const core_look_mapping &mapping = look.mappings[index];
        const double numbers[mapping_numbers] = {
            static_cast<double>(mapping.start),  static_cast<double>(mapping.end),
            static_cast<double>(mapping.dumped), static_cast<double>(mapping.dumped_at),
            static_cast<double>(mapping.filled), static_cast<double>(mapping.path_offset),
            static_cast<double>(mapping.flags),  static_cast<double>(mapping.path),
        };
        to = std::copy(std::begin(numbers), std::end(numbers), to);
    }
    return list;
}

/* Pairs of a thread's id and its stack pointer. */
Napi::Float64Array Threads(Napi::Env env, const core_file &core) {
    Napi::Float64Array list = Napi::Float64Array::New(env, core.thread_count * 2);
    for (size_t index = 0; index < core.thread_count; index++) {
        list[index * 2] = core.threads[index].tid;
        list[index * 2 + 1] = static_cast<double>(core.threads[index].stack_pointer);
    }
    return list;
}

Napi::Object ToObject(Napi::Env env, const core_look &look) {
    const core_file &core = look.core;
    Napi::Object object = Napi::Object::New(env);
    Napi::Array paths = Napi::Array::New(env, look.path_count);
    for (size_t index = 0; index < look.path_count; index++) {
        paths[static_cast<uint32_t>(index)] = Napi::String::New(env, look.paths[index]);
    }
    object["bytes"] = ToNumber(env, core.bytes);
    object["missingBytes"] = ToNumber(env, core.missing_bytes);
    object["isCut"] = Napi::Boolean::New(env, core.is_cut);
    object["isByKernel"] = Napi::Boolean::New(env, core.is_by_kernel);
    object["hasPageHoles"] = Napi::Boolean::New(env, core.has_page_holes);
    object["isCounted"] = Napi::Boolean::New(env, look.is_counted);
    object["pid"] = ToNumber(env, core.pid);
    object["signal"] = ToNumber(env, core.signal);
    object["command"] = Napi::String::New(env, core.command);
    if (look.program != nullptr) {
        object["program"] = Napi::String::New(env, look.program);
    }
    object["stackAt"] = ToNumber(env, core.stack_at);
    object["vdsoAt"] = ToNumber(env, core.vdso_at);
    object["threads"] = Threads(env, core);
    object["threadsLeft"] = ToNumber(env, core.threads_left);
    object["mappings"] = Mappings(env, look);
    object["paths"] = paths;
    return object;
}

class CoreWorker : public VerdictWorker {
  public:
    CoreWorker(Napi::Env env, std::string path, uint64_t budget_ms, Napi::Int32Array cancelled)
        : VerdictWorker(env, "offheap:core", cancelled), path_(std::move(path)), budget_ms_(budget_ms),
          cancelled_(cancelled.Data()) {}

  protected:
    void Execute() override {
        verdict_ = core_look_read(path_.c_str(), budget_ms_, cancelled_, &core_->look);
        core_->is_read = verdict_.status == inspect_ok;
    }

    void AddResult(Napi::Env env, Napi::Object object) override {
        Napi::Object core = ToObject(env, core_->look);
        core["number"] = Napi::Number::New(env, KeepCore(core_));
        object["core"] = core;
    }

  private:
    std::string path_;
    uint64_t budget_ms_;
    const int32_t *cancelled_;
    std::shared_ptr<OpenCore> core_ = std::make_shared<OpenCore>();
};

} // namespace

Napi::Value ReadCore(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    bool is_told = info.Length() >= 3 && info[0].IsString() && info[1].IsNumber() && info[2].IsTypedArray();
    if (!is_told || info[2].As<Napi::TypedArray>().TypedArrayType() != napi_int32_array ||
        info[2].As<Napi::TypedArray>().ElementLength() != 1) {
        Napi::TypeError::New(env, "Expected a path, a budget and an Int32Array of one element")
            .ThrowAsJavaScriptException();
        return env.Undefined();
    }
    auto budget_ms = static_cast<uint64_t>(std::max<int64_t>(info[1].As<Napi::Number>().Int64Value(), 0));
    auto *worker = new CoreWorker(env, info[0].As<Napi::String>(), budget_ms, info[2].As<Napi::Int32Array>());
    Napi::Promise promise = worker->Promise();
    worker->Queue();
    return promise;
}

Napi::Value CloseCore(const Napi::CallbackInfo &info) {
    if (info[0].IsNumber()) {
        CloseCore(info[0].As<Napi::Number>().Uint32Value());
    }
    return info.Env().Undefined();
}
