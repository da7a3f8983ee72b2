/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MEMORY_FILE_H
#define OFFHEAP_MEMORY_FILE_H

#include <napi.h>

/*
 * createMemoryFile(name: string, content: Uint8Array): number
 *
 * A descriptor of a file without a folder (memfd_create(2)), closed on exec, or a negative errno. Others open it as
 * /proc/PID/fd/N as long as it is open here; it may be mapped to be executed, whatever is mounted noexec.
 */
Napi::Value CreateMemoryFile(const Napi::CallbackInfo &info);

#endif
