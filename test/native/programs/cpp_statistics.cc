// Containers of C++ in four threads, half of each freed again by the main thread. Prints what the allocator itself says
// is allocated then, or 0 where it does not say, and ends at once.
#include <cstdio>
#include <dlfcn.h>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

static size_t allocated() {
    size_t bytes = 0, size = sizeof bytes;
    if (void *found = dlsym(RTLD_DEFAULT, "mallctl")) {
        auto control = reinterpret_cast<int (*)(const char *, void *, size_t *, void *, size_t)>(found);
        control("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
        control("epoch", nullptr, nullptr, &size, sizeof size);
        control("stats.allocated", &bytes, &size, nullptr, 0);
    } else if (void *found = dlsym(RTLD_DEFAULT, "MallocExtension_GetNumericProperty")) {
        reinterpret_cast<int (*)(const char *, size_t *)>(found)("generic.current_allocated_bytes", &bytes);
    }
    return bytes;
}

int main() {
    std::vector<std::unique_ptr<std::map<std::string, std::vector<int>>>> maps(4);
    std::vector<std::thread> threads;
    for (auto &map : maps) {
        threads.emplace_back([&map] {
            map = std::make_unique<std::map<std::string, std::vector<int>>>();
            for (int i = 0; i < 20000; i++) {
                (*map)["a key that is too long for the string itself " + std::to_string(i)].resize(i % 500 + 1);
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    for (size_t i = 0; i < maps.size(); i += 2) {
        maps[i].reset();
    }
    std::printf("%zu\n", allocated());
    std::fflush(stdout);
    _exit(0);
}
