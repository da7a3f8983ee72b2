/* 16 TiB of address space, of which a page in every TiB is touched; half of it may not be read at all. */
#define _GNU_SOURCE
#include "forge.h"

static const size_t tib = (size_t)1 << 40;
enum { tibs = 16 };

int main(void) {
    EXPECT(malloc(page_prime) != NULL);
    char *space = mmap(NULL, tibs * tib, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    EXPECT(space != MAP_FAILED && madvise(space, tibs * tib, MADV_NOHUGEPAGE) == 0);
    EXPECT(mmap(NULL, tibs * tib, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED);
    for (size_t index = 0; index < tibs; index++)
        space[index * tib + prime] = 1;
    forge_wait();
}
