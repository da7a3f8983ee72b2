/* A program with a malloc of its own, as browsers have: no reallocarray, no memalign. Opens the library argv[1], which
 * uses malloc. Prints what that says, and how many blocks came to the program's free that are not its own. */
#define _GNU_SOURCE
#include "expect.h"
#include <dlfcn.h>
#include <stdbool.h>

static _Alignas(16) char arena[1 << 22];
static size_t used, own_freed, others_freed;

void *malloc(size_t size) {
    char *block = arena + used + 16;
    EXPECT((used += (size + 31) / 16 * 16) <= sizeof arena);
    ((size_t *)(void *)block)[-1] = size + 1;
    return block;
}
void *realloc(void *block, size_t size) {
    size_t old_size = block == NULL ? 0 : ((size_t *)block)[-1] - 1;
    return block == NULL ? malloc(size) : memcpy(malloc(size), block, old_size < size ? old_size : size);
}
void *calloc(size_t count, size_t size) {
    return malloc(count * size);
}
void free(void *block) {
    bool is_own = block == NULL || (size_t)((char *)block - arena) < sizeof arena;
    *(is_own ? &own_freed : &others_freed) += 1;
}

int main(int argc, char **argv) {
    void (*use)(const size_t *);
    EXPECT(argc == 2 && (*(void **)&use = dlsym(dlopen(argv[1], RTLD_NOW), "use_malloc")) != NULL);
    use(&own_freed);
    printf("%zu\n", others_freed);
}
