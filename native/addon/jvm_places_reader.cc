/* SPDX-License-Identifier: MIT */
#include "jvm_places_reader.h"
#include "verdict_worker.h"

#include "../owners/jvm_places.h"

#include <algorithm>

namespace {

constexpr size_t place_numbers = 3;

class JvmPlacesWorker : public VerdictWorker {
  public:
    JvmPlacesWorker(Napi::Env env, pid_t pid, uint64_t budget_ms, Napi::Int32Array cancelled)
        : VerdictWorker(env, "offheap:jvm-places", cancelled), pid_(pid), budget_ms_(budget_ms),
          cancelled_flag_(cancelled.Data()) {}
    ~JvmPlacesWorker() override {
        jvm_places_free(&places_);
    }

  protected:
    void Execute() override {
        verdict_ = jvm_places_find(pid_, budget_ms_, cancelled_flag_, &places_);
    }

    void AddResult(Napi::Env env, Napi::Object object) override {
        if (places_.collector == nullptr) {
            return;
        }
        Napi::Float64Array list = Napi::Float64Array::New(env, place_numbers * places_.count);
        for (size_t index = 0; index < places_.count; index++) {
            const hotspot_place &place = places_.list[index];
            list[place_numbers * index] = static_cast<double>(place.start);
            list[place_numbers * index + 1] = static_cast<double>(place.end);
            list[place_numbers * index + 2] = place.kind;
        }
        object["collector"] = Napi::String::New(env, places_.collector);
        object["places"] = list;
    }

  private:
    pid_t pid_;
    uint64_t budget_ms_;
    const int32_t *cancelled_flag_;
    jvm_places places_ = {};
};

} // namespace

Napi::Value ReadJvmPlaces(const Napi::CallbackInfo &info) {
    constexpr size_t argument_count = 3;
    Napi::Env env = info.Env();
    bool are_right = info.Length() >= argument_count && info[0].IsNumber() && info[1].IsNumber() &&
                     info[2].IsTypedArray() && info[2].As<Napi::TypedArray>().TypedArrayType() == napi_int32_array &&
                     info[2].As<Napi::TypedArray>().ElementLength() == 1;
    if (!are_right) {
        Napi::TypeError::New(env, "Expected a pid, a budget and an Int32Array of one element")
            .ThrowAsJavaScriptException();
        return env.Undefined();
    }
    auto budget_ms = static_cast<uint64_t>(std::max<int64_t>(info[1].As<Napi::Number>().Int64Value(), 0));
    auto *worker =
        new JvmPlacesWorker(env, info[0].As<Napi::Number>().Int32Value(), budget_ms, info[2].As<Napi::Int32Array>());
    Napi::Promise promise = worker->Promise();
    worker->Queue();
    return promise;
}
