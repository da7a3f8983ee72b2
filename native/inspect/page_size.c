/* SPDX-License-Identifier: MIT */
#include "page_size.h"

#include <unistd.h>

unsigned page_shift(void) {
    static unsigned shift;
    unsigned known = __atomic_load_n(&shift, __ATOMIC_RELAXED);
    if (known == 0) {
        known = (unsigned)__builtin_ctzl((unsigned long)sysconf(_SC_PAGESIZE));
        __atomic_store_n(&shift, known, __ATOMIC_RELAXED);
    }
    return known;
}

uint64_t page_bytes(void) {
    return UINT64_C(1) << page_shift();
}
