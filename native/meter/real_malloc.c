/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "real_malloc.h"

#include "before_own.h"
#include "bootstrap.h"
#include "c_library.h"
#include "composed.h"
#include "line.h"
#include "loaded.h"
#include "next_definition.h"
#include "next_function.h"
#include "page_sizes.h"
#include "real_operators.h"
#include "sys_pages.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { unresolved, resolving, resolved };
CLUSTERED static _Atomic int resolution;
CLUSTERED static bool is_glibc;
static void resolve(void);

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

void real_is_missing(const char *name) {
    struct line line;
    line_begin(&line);
    line_add(&line, "offheap meter: expected a function behind the meter, found none: ");
    line_add(&line, name);
    line_write_to_stderr(&line);
    abort();
}

/* What a libc may lack, because POSIX has dropped it or does not have it yet. A program that never calls it runs. */

static void *missing_aligned_alloc(size_t alignment, size_t size) {
    (void)alignment;
    (void)size;
    real_is_missing("aligned_alloc");
}

static void *missing_memalign(size_t alignment, size_t size) {
    (void)alignment;
    (void)size;
    real_is_missing("memalign");
}

static void *missing_valloc(size_t size) {
    (void)size;
    real_is_missing("valloc");
}

static void *missing_pvalloc(size_t size) {
    (void)size;
    real_is_missing("pvalloc");
}

static const struct real_malloc missing = {
    .aligned_alloc = missing_aligned_alloc,
    .memalign = missing_memalign,
    .valloc = missing_valloc,
    .pvalloc = missing_pvalloc,
};

/* jemalloc has no pvalloc, so glibc's is the next definition; but its blocks are none that jemalloc can free, or tell
 * the size of. Such an allocator's memalign serves; and musl's, which has no pvalloc. */
static void *pvalloc_by_memalign(size_t size) {
    size_t page = pages_size();
    size_t rounded = size == 0 ? page : (size + page - 1) & ~(page - 1);
    if (rounded < size) {
        errno = ENOMEM;
        return NULL;
    }
    return real.memalign(page, rounded);
}

/* POSIX has function pointers in a void *, C does not: hence memcpy. */
static bool is_of(struct loaded_object object, void *(*function)(size_t)) {
    void *address;
    memcpy(&address, &function, sizeof address);
    return loaded_has(object, address);
}

/*
 * tcmalloc's first malloc_usable_size allocates by operator new, which may be a program's own that calls malloc: to
 * count that block its size is asked for, and so on for ever. Asked while resolving, the bootstrap arena serves it. No
 * other allocator is asked so early: mimalloc 3.0 knows no pointer, not even NULL, before its first malloc or its
 * constructor, and jemalloc, made to allocate here, never runs its background thread.
 */
static void wake_tcmalloc(const struct real_malloc *found) {
    void *its_own = dlsym(RTLD_NEXT, "tc_malloc");
    if (its_own == NULL) {
        clear_dlerror();
    } else if (is_of(loaded_object_of(its_own), found->malloc)) {
        (void)found->malloc_usable_size(NULL);
    }
}

static bool has_function(struct loaded_object object, const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        clear_dlerror();
    }
    return function != NULL && loaded_has(object, function);
}

/* By a function that each has always had: gperftools' tcmalloc, jemalloc and mimalloc. */
static enum page_sizes_kind kind_of(struct loaded_object allocator) {
    if (has_function(allocator, "mi_usable_size")) {
        return page_sizes_but_alignment;
    }
    bool is_uniform = has_function(allocator, "mallctl") || has_function(allocator, "tc_malloc");
    return is_uniform ? page_sizes_are_uniform : page_sizes_are_asked;
}

#if !defined(__GLIBC__)
/* See composed.h. */
static void compose(struct real_malloc *found, struct loaded_object libc) {
    const void *function;
#define COMPOSE(name)                                                                                                  \
    memcpy(&function, &found->name, sizeof function);                                                                  \
    found->name = loaded_has(libc, function) ? composed_##name : found->name;
    COMPOSE(calloc)
    COMPOSE(posix_memalign)
    COMPOSE(memalign)
    COMPOSE(valloc)
#undef COMPOSE
    found->pvalloc = found->pvalloc == missing.pvalloc ? pvalloc_by_memalign : found->pvalloc;
    composed_start(found->malloc, found->aligned_alloc);
}
#endif

static void resolve(void) {
    struct real_malloc found;
    struct loaded_object libc = loaded_object_of(c_library_address());
    bool is_by_version = has_definitions_by_version(libc);
    bool all_glibc = true;
    bool all_found = true;
#define RESOLVE(name, type, parameters, arguments)                                                                     \
    {                                                                                                                  \
        void *function = next_definition(#name, is_by_version);                                                        \
        all_found = all_found && function != NULL;                                                                     \
        if (function == NULL && missing.name == NULL) {                                                                \
            real_is_missing(#name);                                                                                    \
        }                                                                                                              \
        found.name = missing.name;                                                                                     \
        if (function != NULL) {                                                                                        \
            memcpy(&found.name, &function, sizeof function);                                                           \
        }                                                                                                              \
        all_glibc = all_glibc && loaded_has(libc, function);                                                           \
    }
    REAL_FUNCTIONS(RESOLVE)
#undef RESOLVE
    void *found_malloc;
    memcpy(&found_malloc, &found.malloc, sizeof found_malloc);
    struct loaded_object allocator = loaded_object_of(found_malloc);
    if (found.pvalloc != missing.pvalloc && !is_of(allocator, found.pvalloc)) {
        found.pvalloc = pvalloc_by_memalign;
    }
    if (!all_found) {
        clear_dlerror();
    }
#if !defined(__GLIBC__)
    all_glibc = false;
    compose(&found, libc);
#elif !defined(__x86_64__)
    all_glibc = false; /* memory tags may take a part of the block, and of the pointer */
#endif
    if (!all_glibc) {
        wake_tcmalloc(&found);
        page_sizes_start(kind_of(allocator));
        real_operators_look_up(allocator); /* only now: what tcmalloc keeps from waking up is not counted */
    }
    before_own_look_up();
    real = found;
    is_glibc = all_glibc;
}

bool real_malloc_start(void) {
    (void)try_resolve();
    return is_glibc;
}
