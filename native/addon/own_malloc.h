/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OWN_MALLOC_H
#define OFFHEAP_OWN_MALLOC_H

#include <napi.h>

/*
 * tightenMalloc(): boolean. From now on the malloc of this process, Node's, keeps little that is free: one arena for
 * all threads from now on, and its end given back from 128 KiB on (mallopt(3)). False where it is not glibc's.
 */
Napi::Value TightenMalloc(const Napi::CallbackInfo &info);

/* trimMalloc(): boolean. Gives back what that malloc keeps free: malloc_trim(3). Whether there was anything. */
Napi::Value TrimMalloc(const Napi::CallbackInfo &info);

#endif
