/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Ends the program with status 1 and the condition on stderr; without malloc, which is what is being tested. */
#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            dprintf(STDERR_FILENO, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                     \
            _exit(1);                                                                                                  \
        }                                                                                                              \
    } while (0)

/* C23; libc may have neither. Weak, so that the program links and finds the preloaded library's. */
__attribute__((weak)) void free_sized(void *block, size_t size);
__attribute__((weak)) void free_aligned_sized(void *block, size_t alignment, size_t size);
/* musl has no pvalloc, and glibc before 2.26 no reallocarray. */
__attribute__((weak)) void *pvalloc(size_t size);
__attribute__((weak)) void *reallocarray(void *block, size_t count, size_t size);

#define page_size 4096
/* Sizes nobody else allocates. */
#define prime      1999993
#define page_prime 4093
