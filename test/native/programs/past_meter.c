/* Gets blocks by an allocator's own function, that of tcmalloc or argv[1], which goes past what is preloaded, and gives
 * them back by free, which does not. */
#define _GNU_SOURCE
#include "expect.h"
#include <dlfcn.h>

int main(int argc, char **argv) {
    void *(*get)(size_t);
    *(void **)&get = dlsym(RTLD_DEFAULT, argc > 1 ? argv[1] : "tc_malloc");
    EXPECT(get != NULL);
    for (int i = 0; i < 1000; i++) {
        void *block = realloc(get(prime), prime + 1000);
        EXPECT(malloc_usable_size(block) >= prime + 1000);
        free(block);
        free(get(page_prime));
    }
}
