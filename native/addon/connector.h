/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CONNECTOR_H
#define OFFHEAP_CONNECTOR_H

#include <napi.h>

/*
 * connectAs(path, uid, gid): { socket } or { errno, isRefusedIds }, as connect_as.h says. On the JavaScript thread:
 * some 100 µs.
 */
Napi::Value ConnectAs(const Napi::CallbackInfo &info);

#endif
