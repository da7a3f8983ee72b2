/* SPDX-License-Identifier: MIT */
/* 1,531 pages in 254 MiB for which it asks for huge pages: all of them become resident. With WHOLE in the environment
 * it writes every page. */
#include "ready.h"

enum { huge = 2 << 20, huge_pages = 127, small = 4096, written = 1531 };
static const size_t bytes = (size_t)huge * huge_pages;
/* linux/mman.h, from 6.1 on: makes the huge pages for which no memory was contiguous at the fault. */
enum { madv_collapse = 25 };

int main(void) {
    char *space = mmap(NULL, bytes + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (space == MAP_FAILED)
        return 1;
    char *first = (char *)(((size_t)space + huge - 1) & ~(size_t)(huge - 1));
    size_t pages = bytes / small;
    size_t count = getenv("WHOLE") ? pages : written;
    if (madvise(first, bytes, MADV_HUGEPAGE) != 0)
        return 1;
    for (size_t i = 0; i < count; i++)
        first[i * pages / count * small] = 1;
    (void)madvise(first, bytes, madv_collapse);
    return ready(bytes - count * small);
}
