// argv[1] times what operator new promises when there is no memory: a new-handler that frees its reserve is called and
// the block is got, bad_alloc comes out of it, and nothrow gives a null pointer. Nothing is left.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>

static char *reserve;
static int calls;
static volatile std::size_t beyond = PTRDIFF_MAX / 2;

static void handler() {
    calls++;
    delete[] reserve;
    reserve = nullptr;
    std::free(std::malloc(4093));
    std::set_new_handler(nullptr);
}

int main(int argc, char **argv) {
    int caught = 0, rounds = argc > 1 ? std::atoi(argv[1]) : 0;
    for (int round = 0; round < rounds; round++) {
        reserve = new char[1999993];
        std::set_new_handler(handler);
        try {
            delete[] new char[beyond];
        } catch (const std::bad_alloc &) {
            caught++;
        }
        try {
            operator delete(operator new(beyond, std::align_val_t(64)), std::align_val_t(64));
        } catch (const std::bad_alloc &) {
            caught++;
        }
        caught += operator new(beyond, std::nothrow) == nullptr;
        delete new int(round);
    }
    std::printf("%d %d\n", caught, calls);
}
