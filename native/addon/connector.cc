/* SPDX-License-Identifier: MIT */
#include "connector.h"

#include "connect_as.h"

Napi::Value ConnectAs(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (info.Length() < 3 || !info[0].IsString() || !info[1].IsNumber() || !info[2].IsNumber()) {
        Napi::TypeError::New(env, "Expected a path and two numbers").ThrowAsJavaScriptException();
        return env.Undefined();
    }
    std::string path = info[0].As<Napi::String>();
    uid_t user = info[1].As<Napi::Number>().Uint32Value();
    gid_t group = info[2].As<Napi::Number>().Uint32Value();
    connect_outcome outcome = connect_as(path.c_str(), user, group);
    Napi::Object object = Napi::Object::New(env);
    if (outcome.failed_at == connect_done) {
        object["socket"] = Napi::Number::New(env, outcome.socket);
    } else {
        object["errno"] = Napi::Number::New(env, outcome.error);
        object["isRefusedIds"] = Napi::Boolean::New(env, outcome.failed_at == connect_ids);
    }
    return object;
}
