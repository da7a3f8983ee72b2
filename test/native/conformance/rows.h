/* SPDX-License-Identifier: MIT */
#ifndef CONFORMANCE_ROWS_H
#define CONFORMANCE_ROWS_H

/*
 * What the malloc family promises, one row a promise. A row runs in a process of its own, so one that crashes or hangs
 * says nothing about the others. The program calls libc's names, and thereby whatever is preloaded; or, where
 * CONFORMANCE_PREFIX is defined, functions that are linked into it under other names: a sanitizer has a malloc of its
 * own, and no library can be preloaded before it.
 */

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef CONFORMANCE_PREFIX
#include "renamed.h"
#define CONFORMANCE_PRELOADED 0
#else
#define CONFORMANCE_PRELOADED 1
#define CONFORMANCE_IS_METER  0
/* C23; libc may have neither. Weak: the preloaded library's are found. */
__attribute__((weak)) void free_sized(void *block, size_t size);
__attribute__((weak)) void free_aligned_sized(void *block, size_t alignment, size_t size);
#endif

/*
 * What a sanitizer's runtime cannot do: its malloc, which is behind the renamed meter, promises less than glibc's and
 * keeps its locks over a fork; ThreadSanitizer takes no calls of threads whose last destructors run.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONFORMANCE_IS_SANITIZED 1
#else
#define CONFORMANCE_IS_SANITIZED 0
#endif

struct row {
    const char *source; /* who promises it */
    const char *promise;
    void (*check)(void);
};

struct rows {
    const struct row *list;
    size_t count;
};

extern const struct rows rows_of_c, rows_of_posix, rows_of_glibc, rows_of_processes, rows_of_libraries,
    rows_of_confined, rows_of_threads;

/* Path of plugin.c's library; NULL when there is none. */
extern const char *plugin_path;

/* Ends the row: with the reason on stderr, or because what is tested is not here. Without malloc. */
enum { row_kept = 0, row_broken = 1, row_not_here = 2 };
#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            dprintf(STDERR_FILENO, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                     \
            _exit(row_broken);                                                                                         \
        }                                                                                                              \
    } while (0)
#define NEEDS(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            _exit(row_not_here);                                                                                       \
        }                                                                                                              \
    } while (0)

/* Every way to get a block of `size` bytes, aligned to 16, but for pvalloc: jemalloc has none, so that glibc's answers
 * and jemalloc's free ends the program. NULL past the last. */
enum { way_count = 9 };
void *get_by(unsigned way, size_t size);

/* Bytes that depend on their place and on `seed`. */
void fill(void *block, size_t size, unsigned seed);
bool is_filled(const void *block, size_t size, unsigned seed);
bool is_zero(const void *block, size_t size);

/* Values the compiler does not see through: it warns of, and removes, calls that can never succeed. */
extern volatile size_t opaque_zero;
static inline size_t opaque(size_t value) {
    return value + opaque_zero;
}

#endif
