/* A library with an allocator linked into it, whose names nobody else sees. */
#include <stddef.h>
#include <string.h>

static _Alignas(16) char arena[1 << 24];
static size_t used;

__attribute__((visibility("hidden"))) void *malloc(size_t size);
__attribute__((visibility("hidden"))) void free(void *block);
void *make_block(size_t size);
void free_block(void *block);

void *malloc(size_t size) {
    used += (size + 15) / 16 * 16;
    return used <= sizeof arena ? arena + used - (size + 15) / 16 * 16 : NULL;
}

void free(void *block) {
    memset(block, 0, 16);
}

void *make_block(size_t size) {
    return memset(malloc(size), 1, size);
}

void free_block(void *block) {
    free(block);
}
