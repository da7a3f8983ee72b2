/* SPDX-License-Identifier: MIT */
#include "memory_file.h"

#include <cerrno>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

/* <sys/mman.h> has neither the function nor its flag before glibc 2.27. */
constexpr unsigned close_on_exec = 1;

/* 0 or an errno. */
int Write(int descriptor, const uint8_t *content, size_t bytes) {
    while (bytes > 0) {
        ssize_t written = write(descriptor, content, bytes);
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        if (written > 0) {
            content += written;
            bytes -= static_cast<size_t>(written);
        }
    }
    return 0;
}

} // namespace

Napi::Value CreateMemoryFile(const Napi::CallbackInfo &info) {
    Napi::Env env = info.Env();
    if (info.Length() < 2 || !info[0].IsString() || !info[1].IsTypedArray() ||
        info[1].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
        Napi::TypeError::New(env, "createMemoryFile(name, content)").ThrowAsJavaScriptException();
        return env.Undefined();
    }
    std::string name = info[0].As<Napi::String>();
    auto content = info[1].As<Napi::Uint8Array>();
    long descriptor = syscall(SYS_memfd_create, name.c_str(), close_on_exec);
    if (descriptor < 0) {
        return Napi::Number::New(env, -errno);
    }
    int error = Write(static_cast<int>(descriptor), content.Data(), content.ByteLength());
    if (error != 0) {
        close(static_cast<int>(descriptor));
        return Napi::Number::New(env, -error);
    }
    return Napi::Number::New(env, static_cast<double>(descriptor));
}
