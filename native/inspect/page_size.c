/* SPDX-License-Identifier: MIT */
#include "page_size.h"

#include <unistd.h>

uint64_t page_bytes(void) {
    static uint64_t bytes;
    if (bytes == 0) {
        bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    }
    return bytes;
}
