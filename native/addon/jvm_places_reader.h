/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_JVM_PLACES_READER_H
#define OFFHEAP_JVM_PLACES_READER_H

#include <napi.h>

/*
 * readJvmPlaces(pid, budgetMs, cancelled: Int32Array): Promise. Off the JavaScript thread. Resolves to { status, what,
 * error, collector?, places?: Float64Array }: triples of start, end and kind, by address. None of a process without a
 * HotSpot that can be read.
 */
Napi::Value ReadJvmPlaces(const Napi::CallbackInfo &info);

#endif
