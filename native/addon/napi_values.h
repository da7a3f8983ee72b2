/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_NAPI_VALUES_H
#define OFFHEAP_NAPI_VALUES_H

#include <cstdint>

#include <napi.h>

/* Exact up to 2^53. */
inline Napi::Number ToNumber(Napi::Env env, uint64_t value) {
    return Napi::Number::New(env, static_cast<double>(value));
}

/* Throws a TypeError into JavaScript, whose message says what was expected; the result is for the caller to return. */
inline Napi::Value Refuse(Napi::Env env, const char *expected) {
    Napi::TypeError::New(env, expected).ThrowAsJavaScriptException();
    return env.Undefined();
}

#endif
