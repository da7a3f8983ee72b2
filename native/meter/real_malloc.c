/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "real_malloc.h"

#include "line.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <stdlib.h>
#include <string.h>

enum { bootstrap_alignment = 16, sizes_to_agree = 256 };

/* The word before a bootstrap block: its size, and flags that no chunk of glibc's has together: a mapping of its own,
 * and part of an arena that is not the main one. free() then sees from the word alone that the block is special. */
enum { bootstrap_flags = 6, bootstrap_flag_bits = 3 };

_Alignas(4096) unsigned char bootstrap_arena[bootstrap_bytes];
static _Atomic size_t bootstrap_used;

_Atomic unsigned size_source;
static _Atomic unsigned sizes_agreed;

enum { unresolved, resolving, resolved };
static _Atomic int resolution;
static void resolve(void);

static COLD NORETURN void end_with(struct line *line) {
    line_write_to_stderr(line);
    abort();
}

static COLD NORETURN void bootstrap_is_full(size_t requested, size_t available) {
    struct line line;
    line_begin(&line);
    line_add(&line, "offheap meter: bootstrap memory is used up: ");
    line_add_decimal(&line, requested);
    line_add(&line, " bytes requested, ");
    line_add_decimal(&line, available);
    line_add(&line, " available");
    end_with(&line);
}

static COLD void *bootstrap_allocate(size_t alignment, size_t size) {
    if (alignment < bootstrap_alignment) {
        alignment = bootstrap_alignment;
    }
    if (size > bootstrap_bytes || alignment > 4096) {
        bootstrap_is_full(size, bootstrap_bytes);
    }
    size_t bytes = bootstrap_alignment + alignment + size;
    size_t from = atomic_fetch_add_explicit(&bootstrap_used, bytes, memory_order_relaxed);
    if (from > bootstrap_bytes || bytes > bootstrap_bytes - from) {
        bootstrap_is_full(bytes, from < bootstrap_bytes ? bootstrap_bytes - from : 0);
    }
    size_t at = (from + bootstrap_alignment + alignment - 1) & ~(alignment - 1);
    size_t word = size << bootstrap_flag_bits | bootstrap_flags;
    memcpy(&bootstrap_arena[at - sizeof word], &word, sizeof word);
    return &bootstrap_arena[at];
}

size_t bootstrap_usable_size(const void *block) {
    size_t word;
    memcpy(&word, (const unsigned char *)block - sizeof word, sizeof word);
    return word >> bootstrap_flag_bits;
}

void *bootstrap_move_out(const void *block, size_t size) {
    void *moved = real.malloc(size);
    if (moved != NULL) {
        size_t old_size = bootstrap_usable_size(block);
        memcpy(moved, block, old_size < size ? old_size : size);
    }
    return moved;
}

/* True when the real functions are there; false inside of resolve(). */
static bool try_resolve(void) {
    int found = unresolved;
    if (!atomic_compare_exchange_strong(&resolution, &found, resolving)) {
        return found == resolved;
    }
    int saved_errno = errno;
    resolve();
    errno = saved_errno;
    atomic_store(&resolution, resolved);
    return true;
}

/* What `real` points to at first. */

static void *early_malloc(size_t size) {
    return try_resolve() ? real.malloc(size) : bootstrap_allocate(0, size);
}

static void *early_calloc(size_t count, size_t size) {
    if (try_resolve()) {
        return real.calloc(count, size);
    }
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return bootstrap_allocate(0, bytes);
}

static void *early_realloc(void *block, size_t size) {
    /* A bootstrap block does not come here, and no other exists while resolving. */
    return try_resolve() ? real.realloc(block, size) : bootstrap_allocate(0, size);
}

static int early_posix_memalign(void **block, size_t alignment, size_t size) {
    if (try_resolve()) {
        return real.posix_memalign(block, alignment, size);
    }
    *block = bootstrap_allocate(alignment, size);
    return 0;
}

static void *early_aligned_alloc(size_t alignment, size_t size) {
    return try_resolve() ? real.aligned_alloc(alignment, size) : bootstrap_allocate(alignment, size);
}

static void *early_memalign(size_t alignment, size_t size) {
    return try_resolve() ? real.memalign(alignment, size) : bootstrap_allocate(alignment, size);
}

static void *early_valloc(size_t size) {
    return try_resolve() ? real.valloc(size) : bootstrap_allocate(4096, size);
}

static void *early_pvalloc(size_t size) {
    return try_resolve() ? real.pvalloc(size) : bootstrap_allocate(4096, size);
}

static void early_free(void *block) {
    if (try_resolve()) {
        real.free(block);
    }
}

static size_t early_malloc_usable_size(void *block) {
    return try_resolve() ? real.malloc_usable_size(block) : 0;
}

struct real_malloc real = {
#define EARLY(name, type, parameters, arguments) .name = early_##name,
    REAL_FUNCTIONS(EARLY)
#undef EARLY
};

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        struct line line;
        line_begin(&line);
        line_add(&line, "offheap meter: expected a function behind the meter, found none: ");
        line_add(&line, name);
        end_with(&line);
    }
    return function;
}

static bool is_of_object(void *function, const void *base) {
    Dl_info info;
    return dladdr(function, &info) != 0 && info.dli_fbase == base;
}

static void resolve(void) {
    struct real_malloc found;
    Dl_info libc;
    void *libc_function;
    const char *(*libc_version)(void) = gnu_get_libc_version;
    memcpy(&libc_function, &libc_version, sizeof libc_function);
    bool all_glibc = dladdr(libc_function, &libc) != 0;
    /* POSIX has function pointers in a void *, C does not: hence memcpy. */
#define RESOLVE(name, type, parameters, arguments)                                                                     \
    {                                                                                                                  \
        void *function = next(#name);                                                                                  \
        memcpy(&found.name, &function, sizeof function);                                                               \
        all_glibc = all_glibc && is_of_object(function, libc.dli_fbase);                                               \
    }
    REAL_FUNCTIONS(RESOLVE)
#undef RESOLVE
#if !defined(__x86_64__)
    all_glibc = false; /* memory tags may take a part of the block, and of the pointer */
#endif
    if (!all_glibc) {
        /* tcmalloc's first malloc_usable_size allocates by operator new, which may be a program's own that calls
         * malloc: to count that block its size is asked for, and so on for ever. Here the bootstrap arena serves it. */
        (void)found.malloc_usable_size(NULL);
    }
    real = found;
    atomic_store(&size_source, all_glibc ? size_unproven : size_asked);
}

void real_malloc_start(void) {
    (void)try_resolve();
}

/* Trust is earned: after one disagreement the header is never read again. */
size_t real_size_checked(void *block) {
    size_t size = real.malloc_usable_size(block);
    if (size_source_now() == size_unproven) {
        if (glibc_size(block) != size) {
            atomic_store_explicit(&size_source, size_asked, memory_order_relaxed);
        } else if (atomic_fetch_add_explicit(&sizes_agreed, 1, memory_order_relaxed) + 1 == sizes_to_agree) {
            unsigned expected = size_unproven;
            atomic_compare_exchange_strong_explicit(&size_source, &expected, size_in_header, memory_order_relaxed,
                                                    memory_order_relaxed);
        }
    }
    return size;
}
