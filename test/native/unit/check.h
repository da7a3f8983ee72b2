/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CHECK_H
#define OFFHEAP_CHECK_H

#include <stdio.h>
#include <stdlib.h>

/* The whole test framework: a test is a program that ends with 0. */
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* Each access costs a sanitizer several others, and memory: a test does less of the same then. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif

#endif
