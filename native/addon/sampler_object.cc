/* SPDX-License-Identifier: MIT */
#include "sampler_object.h"

#include "counter_reader.h"
#include "memory_source.h"
#include "napi_values.h"

#include <cerrno>
#include <cmath>
#include <string>
#include <vector>

namespace {

bool IsFloat64Array(const Napi::Value &value) {
    return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_float64_array;
}

double NumberOf(const Napi::Object &object, const char *name) {
    Napi::Value value = object.Get(name);
    return value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
}

std::vector<address_range> RangesOf(const Napi::Float64Array &bounds) {
    std::vector<address_range> ranges;
    for (size_t index = 0; index + 1 < bounds.ElementLength(); index += 2) {
        ranges.push_back({static_cast<uint64_t>(bounds[index]), static_cast<uint64_t>(bounds[index + 1])});
    }
    return ranges;
}

} // namespace

Napi::Function SamplerObject::Define(Napi::Env env) {
    return DefineClass(
        env, "Sampler",
        {InstanceMethod<&SamplerObject::WatchCounters>("watchCounters"),
         InstanceMethod<&SamplerObject::WatchRanges>("watchRanges"), InstanceMethod<&SamplerObject::Drain>("drain"),
         InstanceMethod<&SamplerObject::Status>("status"), InstanceMethod<&SamplerObject::Stop>("stop")});
}

/* startSampler(options) */
Napi::Value SamplerObject::Start(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (info.Length() < 1 || !info[0].IsObject()) {
        return Refuse(env, "Expected an object of options");
    }
    Napi::Object from = info[0].As<Napi::Object>();
    sampler_options options = {};
    options.pid = static_cast<int32_t>(NumberOf(from, "pid"));
    options.interval_ms = NumberOf(from, "intervalMs");
    options.detail_interval_ms = NumberOf(from, "detailIntervalMs");
    options.origin_ms = NumberOf(from, "originMs");
    /* Written so that NaN is refused. */
    if (!(options.pid > 0 && options.interval_ms >= 1 && options.detail_interval_ms >= 1 && options.origin_ms >= 0)) {
        return Refuse(env, "Expected pid over 0, intervals of 1 ms or more, and an origin");
    }
    Napi::Value file = from.Get("cgroupFile");
    std::string cgroup_file = file.IsString() ? file.As<Napi::String>().Utf8Value() : "";
    options.cgroup_file = cgroup_file.empty() ? nullptr : cgroup_file.c_str();

    auto *constructor = static_cast<Napi::FunctionReference *>(info.Data());
    Napi::Object object = constructor->New({});
    if (env.IsExceptionPending()) {
        return env.Undefined();
    }
    sampler *started = sampler_start(&options);
    int error = errno;
    if (started == nullptr) {
        Napi::Object failure = Napi::Object::New(env);
        failure["errno"] = Napi::Number::New(env, error);
        return failure;
    }
    Unwrap(object)->sampler_ = started;
    return object;
}

/* readSmaps(pid, bounds) */
Napi::Value SamplerObject::ReadSmaps(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (info.Length() < 2 || !info[0].IsNumber() || !IsFloat64Array(info[1])) {
        return Refuse(env, "Expected a pid and a Float64Array of bounds");
    }
    std::vector<address_range> ranges = RangesOf(info[1].As<Napi::Float64Array>());
    smaps_sums sums = {};
    bool is_read = read_smaps_of_process(info[0].As<Napi::Number>().Int32Value(), ranges.data(), ranges.size(), &sums);
    int error = errno;
    Napi::Object object = Napi::Object::New(env);
    if (!is_read) {
        object["errno"] = Napi::Number::New(env, error);
        return object;
    }
    object["rssBytes"] = Napi::Number::New(env, static_cast<double>(sums.rss_bytes));
    object["anonymousBytes"] = Napi::Number::New(env, static_cast<double>(sums.anonymous_bytes));
    object["swapBytes"] = Napi::Number::New(env, static_cast<double>(sums.swap_bytes));
    object["rangesRssBytes"] = Napi::Number::New(env, static_cast<double>(sums.rss_in_ranges_bytes));
    return object;
}

SamplerObject::SamplerObject(const Napi::CallbackInfo &info) : Napi::ObjectWrap<SamplerObject>(info) {}

SamplerObject::~SamplerObject() {
    if (sampler_ != nullptr) {
        sampler_free(sampler_);
    }
}

Napi::Value SamplerObject::WatchCounters(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (sampler_ == nullptr || info.Length() < 2 || !info[0].IsString() || !info[1].IsNumber()) {
        return Refuse(env, "Expected a path and the number of a cell");
    }
    uint32_t cell = info[1].As<Napi::Number>().Uint32Value();
    if (cell >= counter_cell_count) {
        return Refuse(env, "Expected the number of a cell");
    }
    std::string path = info[0].As<Napi::String>();
    return Napi::Boolean::New(env, sampler_watch_counters(sampler_, path.c_str(), cell));
}

Napi::Value SamplerObject::WatchRanges(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (sampler_ == nullptr || info.Length() < 1 || !IsFloat64Array(info[0])) {
        return Refuse(env, "Expected a Float64Array of bounds");
    }
    std::vector<address_range> ranges = RangesOf(info[0].As<Napi::Float64Array>());
    return Napi::Boolean::New(env, sampler_watch_ranges(sampler_, ranges.data(), ranges.size()));
}

Napi::Value SamplerObject::Drain(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (sampler_ == nullptr || info.Length() < 1 || !IsFloat64Array(info[0])) {
        return Refuse(env, "Expected a Float64Array");
    }
    auto array = info[0].As<Napi::Float64Array>();
    static_assert(sizeof(sample) % sizeof(double) == 0, "a sample is nothing but doubles");
    auto *samples = reinterpret_cast<sample *>(array.Data());
    size_t room = array.ElementLength() / sample_doubles;
    return Napi::Number::New(env, static_cast<double>(sampler_drain(sampler_, samples, room)));
}

Napi::Value SamplerObject::Status(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (sampler_ == nullptr) {
        return Refuse(env, "Expected a started sampler");
    }
    sampler_status status = {};
    sampler_read_status(sampler_, &status);
    Napi::Object object = Napi::Object::New(env);
    object["droppedSamples"] = Napi::Number::New(env, static_cast<double>(status.dropped));
    object["cpuMs"] = Napi::Number::New(env, status.cpu_ms);
    if (status.has_ended) {
        object["endedAtMs"] = Napi::Number::New(env, status.ended_at_ms);
    }
    return object;
}

void SamplerObject::Stop(const Napi::CallbackInfo &) {
    if (sampler_ != nullptr) {
        sampler_stop(sampler_);
    }
}
