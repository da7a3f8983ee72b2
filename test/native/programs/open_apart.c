/* Opens the library argv[1], which has an allocator of its own, and has it make blocks and free them. */
#include "expect.h"
#include <dlfcn.h>
enum { count = 1000 };

int main(int argc, char **argv) {
    EXPECT(argc == 2);
    void *library = dlopen(argv[1], RTLD_NOW);
    EXPECT(library != NULL);
    void *(*make)(size_t) = (void *(*)(size_t))dlsym(library, "make_block");
    void (*give_back)(void *) = (void (*)(void *))dlsym(library, "free_block");
    static void *blocks[count];
    for (size_t index = 0; index < count; index++) {
        blocks[index] = make(17 * index + 24);
    }
    for (size_t index = 0; index < count; index++) {
        give_back(blocks[index]);
    }
    puts("freed");
}
