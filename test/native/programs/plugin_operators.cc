// A library with operators new and delete of its own, which only its own scope has when it is opened with RTLD_LOCAL.
#include <cstdlib>
#include <new>

static int own_calls;

void *operator new(std::size_t size) {
    own_calls++;
    return std::malloc(size + 16);
}

void operator delete(void *block) noexcept {
    own_calls++;
    std::free(block);
}

void operator delete(void *block, std::size_t) noexcept {
    own_calls++;
    std::free(block);
}

extern "C" int plugin_own_calls(int rounds) {
    for (int round = 0; round < rounds; round++) {
        delete new int(round);
        operator delete(operator new(64, std::nothrow), std::nothrow); // libstdc++'s, by way of these
    }
    return own_calls;
}
