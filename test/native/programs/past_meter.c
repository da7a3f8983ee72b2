/* Gets blocks by tcmalloc's own function, which goes past the meter, and gives them back by free, which does not. */
#define _GNU_SOURCE
#include "expect.h"
#include <dlfcn.h>

int main(void) {
    void *(*get)(size_t);
    *(void **)&get = dlsym(RTLD_DEFAULT, "tc_malloc");
    EXPECT(get != NULL);
    for (int i = 0; i < 1000; i++) {
        free(get(prime));
    }
}
