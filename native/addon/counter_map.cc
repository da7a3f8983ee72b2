/* SPDX-License-Identifier: MIT */
#include "counter_map.h"

#include <algorithm>
#include <array>

namespace {

using Cells = std::array<int64_t, counter_cell_count>;

Napi::Object ToObject(Napi::Env env, const counter_verdict &verdict) {
    Napi::Object object = Napi::Object::New(env);
    object["status"] = Napi::String::New(env, counter_status_name(verdict.status));
    object["what"] = Napi::String::New(env, verdict.what);
    object["expected"] = Napi::Number::New(env, static_cast<double>(verdict.expected));
    object["found"] = Napi::Number::New(env, static_cast<double>(verdict.found));
    return object;
}

/* Doubles are exact up to 2^53; no process has counted that far. */
void CopyCells(const int64_t *cells, Napi::Float64Array to) {
    std::copy(cells, cells + counter_cell_count, to.Data());
}

} // namespace

Napi::Function CounterMap::Define(Napi::Env env) {
    return DefineClass(env, "CounterMap",
                       {InstanceAccessor<&CounterMap::Info>("info"), InstanceMethod<&CounterMap::Read>("read"),
                        InstanceMethod<&CounterMap::Threads>("threads"), InstanceMethod<&CounterMap::Close>("close")});
}

/* mapCounters(path) */
Napi::Value CounterMap::Open(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (info.Length() < 1 || !info[0].IsString()) {
        Napi::TypeError::New(env, "Expected a path").ThrowAsJavaScriptException();
        return env.Undefined();
    }
    std::string path = info[0].As<Napi::String>();
    counter_file file = {nullptr, 0};
    counter_info page_info = {};
    counter_verdict verdict = counter_file_open(path.c_str(), &file, &page_info);
    Napi::Object result = ToObject(env, verdict);
    if (verdict.status == counter_ok) {
        auto *constructor = static_cast<Napi::FunctionReference *>(info.Data());
        Napi::Object object = constructor->New({});
        if (env.IsExceptionPending()) {
            counter_file_close(&file);
            return env.Undefined();
        }
        CounterMap *map = Unwrap(object);
        map->file_ = file;
        map->info_ = page_info;
        result["map"] = object;
    }
    return result;
}

CounterMap::CounterMap(const Napi::CallbackInfo &info) : Napi::ObjectWrap<CounterMap>(info) {}

CounterMap::~CounterMap() {
    if (file_.page != nullptr) {
        counter_file_close(&file_);
    }
}

bool CounterMap::IsClosed(Napi::Env env) const {
    if (file_.page == nullptr) {
        Napi::Error::New(env, "The counter page is closed").ThrowAsJavaScriptException();
    }
    return file_.page == nullptr;
}

Napi::Value CounterMap::Info(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    Napi::Object object = Napi::Object::New(env);
    object["pid"] = Napi::Number::New(env, info_.pid);
    object["createdTicks"] = Napi::Number::New(env, static_cast<double>(info_.created_ticks));
    object["createdUnixMs"] = Napi::Number::New(env, static_cast<double>(info_.created_unix_ms));
    object["isPreceded"] = Napi::Boolean::New(env, info_.is_preceded);
    object["writer"] = Napi::String::New(env, info_.writer);
    return object;
}

Napi::Value CounterMap::Read(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (IsClosed(env)) {
        return env.Undefined();
    }
    bool is_array = info.Length() > 0 && info[0].IsTypedArray() &&
                    info[0].As<Napi::TypedArray>().TypedArrayType() == napi_float64_array;
    if (!is_array || info[0].As<Napi::Float64Array>().ElementLength() != counter_cell_count) {
        Napi::TypeError::New(env, "Expected a Float64Array with a place for every cell").ThrowAsJavaScriptException();
        return env.Undefined();
    }
    Cells sum;
    counter_verdict verdict = counter_file_sum(&file_, sum.data());
    if (verdict.status == counter_ok || verdict.status == counter_unsettled) {
        CopyCells(sum.data(), info[0].As<Napi::Float64Array>());
    }
    return ToObject(env, verdict);
}

Napi::Value CounterMap::Threads(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (IsClosed(env)) {
        return env.Undefined();
    }
    Napi::Array threads = Napi::Array::New(env);
    counter_thread thread = {};
    uint32_t index = 0;
    bool found = false;
    counter_verdict verdict = counter_file_next_thread(&file_, &index, &thread, &found);
    for (uint32_t count = 0; verdict.status == counter_ok && found; count++) {
        Napi::Object object = Napi::Object::New(env);
        Napi::Float64Array cells = Napi::Float64Array::New(env, counter_cell_count);
        CopyCells(thread.cells, cells);
        object["tid"] = Napi::Number::New(env, thread.tid);
        object["name"] = Napi::String::New(env, thread.name);
        object["cells"] = cells;
        threads[count] = object;
        found = false;
        verdict = counter_file_next_thread(&file_, &index, &thread, &found);
    }
    Napi::Object result = ToObject(env, verdict);
    if (verdict.status == counter_ok) {
        result["threads"] = threads;
    }
    return result;
}

void CounterMap::Close(const Napi::CallbackInfo &) {
    if (file_.page != nullptr) {
        counter_file_close(&file_);
    }
}
