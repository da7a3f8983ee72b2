/* SPDX-License-Identifier: MIT */
#include "open_cores.h"

#include <map>
#include <mutex>
#include <utility>

namespace {

std::mutex mutex;
std::map<uint32_t, std::shared_ptr<OpenCore>> cores;
uint32_t last;

} // namespace

OpenCore::~OpenCore() {
    if (is_read) {
        core_look_free(&look);
    }
}

uint32_t KeepCore(std::shared_ptr<OpenCore> core) {
    std::lock_guard<std::mutex> lock(mutex);
    cores[++last] = std::move(core);
    return last;
}

std::shared_ptr<OpenCore> FindCore(uint32_t number) {
    std::lock_guard<std::mutex> lock(mutex);
    auto found = cores.find(number);
    return found == cores.end() ? nullptr : found->second;
}

void CloseCore(uint32_t number) {
    std::lock_guard<std::mutex> lock(mutex);
    cores.erase(number);
}
