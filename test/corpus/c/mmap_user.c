/* SPDX-License-Identifier: MIT */
/* Code that maps memory by itself; with -DLIBRARY it does so inside the process that it is preloaded into. */
#include "ready.h"

enum { maps = 163, map = 1 << 20 };

static void map_all(void) {
    for (int i = 0; i < maps; i++)
        memset(mmap(NULL, map, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, map);
}

#ifdef LIBRARY
__attribute__((constructor)) static void loaded(void) {
    map_all();
}
#else
int main(void) {
    map_all();
    return ready((size_t)maps * map);
}
#endif
