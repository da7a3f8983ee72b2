/* SPDX-License-Identifier: MIT */
/* Large tables of malloc, each written in a few places. Under glibc.malloc.hugetlb=1 malloc asks for huge pages, and
 * all of them are resident. */
#include "ready.h"

enum { tables = 61, table = 4 << 20, places = 23 };

static char *volatile held[tables];

int main(void) {
    for (int i = 0; i < tables; i++) {
        char *words = held[i] = malloc(table);
        if (!words)
            return 1;
        for (int place = 0; place < places; place++)
            words[(size_t)place * table / places] = 1;
    }
    return ready((size_t)tables * (table - (size_t)places * 4096));
}
