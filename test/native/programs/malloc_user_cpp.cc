// A library of C++ that uses libstdc++'s operators new and delete. Prints how many blocks came to the free of the
// program.
#include <cstddef>
#include <cstdio>
#include <new>
#include <string>
#include <vector>

extern "C" void use_malloc(const size_t *freed) {
    size_t before = *freed;
    {
        std::vector<std::string> texts(7, std::string(100, 'a'));
        long *volatile number = new long(1); // what nobody looks at may be left out
        delete number;
        char *volatile array = new (std::nothrow) char[10];
        delete[] array;
    }
    std::printf("%zu ", *freed - before);
}
