/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_ROUND_UP_H
#define OFFHEAP_ROUND_UP_H

#include <stdint.h>

static inline uint64_t round_up(uint64_t value, uint64_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

#endif
