// argv[1] times each form of operator new, and a delete of another form that C++ allows for it, unless argv[2] is
// "keep". Prints the live blocks and their usable bytes.
#include <cstdio>
#include <cstdlib>
#include <malloc.h>
#include <new>
#include <vector>

int main(int argc, char **argv) {
    constexpr auto wide = std::align_val_t(128);
    long rounds = argc > 1 ? std::atol(argv[1]) : 0, live = 0, bytes = 0;
    void **blocks = static_cast<void **>(std::calloc(8, static_cast<size_t>(rounds) * sizeof(void *) + 1));
    for (long i = 0; i < 8 * rounds; i += 8) {
        void *made[] = {operator new(700),
                        operator new[](701),
                        operator new(702, std::nothrow),
                        operator new[](703, std::nothrow),
                        operator new(704, wide),
                        operator new[](705, wide),
                        operator new(706, wide, std::nothrow),
                        operator new[](707, wide, std::nothrow)};
        for (int form = 0; form < 8; live++, form++) {
            blocks[i + form] = made[form];
            bytes += static_cast<long>(malloc_usable_size(made[form]));
        }
    }
    for (long i = 0; argc <= 2 && i < 8 * rounds; live -= 8, i += 8) {
        operator delete(blocks[i]), operator delete[](blocks[i + 1], 701), operator delete(blocks[i + 2], std::nothrow);
        operator delete[](blocks[i + 3], std::nothrow), operator delete(blocks[i + 4], wide);
        operator delete[](blocks[i + 5], 705, wide), operator delete(blocks[i + 6], wide, std::nothrow);
        operator delete[](blocks[i + 7], wide, std::nothrow);
    }
    std::printf("%ld %ld\n", live, live == 0 ? 0 : bytes);
    argc <= 2 ? std::free(blocks) : void();
}
