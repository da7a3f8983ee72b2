/* An allocator that knows no block, and not even NULL, before its first malloc or its constructor: as mimalloc 3.0
 * reads a table that is not there yet. The other functions are glibc's, whose blocks these are. */
#include "expect.h"
#include <stdbool.h>

extern void *__libc_malloc(size_t size);
extern void __libc_free(void *block);

static volatile bool is_ready;

void *malloc(size_t size) {
    is_ready = true;
    return __libc_malloc(size);
}

void free(void *block) {
    EXPECT(is_ready);
    __libc_free(block);
}

size_t malloc_usable_size(void *block) {
    EXPECT(is_ready);
    size_t word = ((size_t *)block)[-1]; /* glibc's chunk */
    return (word & ~(size_t)7) - ((word & 2) != 0 ? 16 : 8);
}

__attribute__((constructor)) static void construct(void) {
    is_ready = true;
}
