/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PAGE_SIZE_H
#define OFFHEAP_PAGE_SIZE_H

#include <stdint.h>

/* Bytes of a page of this machine, a power of two. */
uint64_t page_bytes(void);

/* Its exponent. */
unsigned page_shift(void);

#endif
