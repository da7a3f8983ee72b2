/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_USER_ADDRESS_H
#define OFFHEAP_USER_ADDRESS_H

#include <stdint.h>

/*
 * Addresses of a program end here: 47 bits on x86-64 (Linux, arch/x86/include/asm/page_64_types.h, DEFAULT_MAP_WINDOW)
 * and 48 on arm64 (arch/arm64/include/asm/memory.h, VA_BITS_MIN), where the stack and libraries lie above 47. Only what
 * asks mmap for them has more. Who is looked at is of the same kind as who looks.
 */
#ifdef __aarch64__
enum { user_address_bits = 48 };
#else
enum { user_address_bits = 47 };
#endif
static const uint64_t user_address_end = UINT64_C(1) << user_address_bits;

#endif
