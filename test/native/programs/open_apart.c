/* Opens the library argv[1] (block_maker or hidden_malloc) so that it has a malloc of its own: argv[2] is "deepbind",
 * "namespace", or "hidden". Its blocks are freed as argv[3] says: by "itself", by the "program", or the "other way
 * round": it frees the program's. */
#define _GNU_SOURCE
#include "expect.h"
#include <dlfcn.h>
enum { count = 1000 };

int main(int argc, char **argv) {
    EXPECT(argc == 4);
    void *library = strcmp(argv[2], "namespace") == 0
                        ? dlmopen(LM_ID_NEWLM, argv[1], RTLD_NOW)
                        : dlopen(argv[1], RTLD_NOW | (strcmp(argv[2], "deepbind") == 0 ? RTLD_DEEPBIND : 0));
    EXPECT(library != NULL);
    void *(*make)(size_t) = (void *(*)(size_t))dlsym(library, "make_block");
    void (*give_back)(void *) = (void (*)(void *))dlsym(library, "free_block");
    static void *blocks[count];
    for (size_t index = 0; index < count; index++) {
        blocks[index] = strcmp(argv[3], "other way round") == 0 ? malloc(17 * index + 24) : make(17 * index + 24);
    }
    if (strcmp(argv[3], "program") == 0) {
        EXPECT((blocks[0] = realloc(blocks[0], 5000)) != NULL && malloc_usable_size(blocks[1]) >= 41);
    }
    for (size_t index = 0; index < count; index++) {
        (strcmp(argv[3], "program") == 0 ? free : give_back)(blocks[index]);
    }
    puts("freed");
}
