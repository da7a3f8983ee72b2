/* SPDX-License-Identifier: MIT */
#include "own_malloc.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

Napi::Value TightenMalloc(const Napi::CallbackInfo &info) {
    bool is_tightened = false;
#ifdef __GLIBC__
    /* As glibc's own threshold before the first large block is freed, which would raise it for good. */
    constexpr int trim_threshold_bytes = 128 * 1024;
    is_tightened = mallopt(M_ARENA_MAX, 1) == 1 && mallopt(M_TRIM_THRESHOLD, trim_threshold_bytes) == 1;
#endif
    return Napi::Boolean::New(info.Env(), is_tightened);
}

Napi::Value TrimMalloc(const Napi::CallbackInfo &info) {
    bool is_given_back = false;
#ifdef __GLIBC__
    is_given_back = malloc_trim(0) == 1;
#endif
    return Napi::Boolean::New(info.Env(), is_given_back);
}
