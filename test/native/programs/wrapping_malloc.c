/* A program whose malloc passes every call on to the next one, as leak checkers that are linked in do. */
#define _GNU_SOURCE
#include "expect.h"
#include <dlfcn.h>

static void *(*next_malloc)(size_t), *(*next_calloc)(size_t, size_t), *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);

/* Whoever allocates first. */
void *malloc(size_t size) {
    if (next_malloc == NULL) {
        *(void **)&next_calloc = dlsym(RTLD_NEXT, "calloc");
        *(void **)&next_realloc = dlsym(RTLD_NEXT, "realloc");
        *(void **)&next_free = dlsym(RTLD_NEXT, "free");
        *(void **)&next_malloc = dlsym(RTLD_NEXT, "malloc");
    }
    return next_malloc(size);
}
void *calloc(size_t count, size_t size) {
    return next_malloc == NULL ? memset(malloc(count * size), 0, count * size) : next_calloc(count, size);
}
void *realloc(void *block, size_t size) {
    return block == NULL ? malloc(size) : next_realloc(block, size);
}
void free(void *block) {
    if (block != NULL) {
        next_free(block);
    }
}

int main(void) {
    void *aligned[300];
    free(strdup("text"));
    for (size_t index = 0; index < 300; index++) {
        EXPECT(posix_memalign(&aligned[index], 64, 1000) == 0 && malloc_usable_size(aligned[index]) >= 1000);
    }
    for (size_t index = 0; index < 300; index++) {
        free(aligned[index]);
    }
    EXPECT(reallocarray(calloc(1, page_prime), 1, prime) != NULL);
}
