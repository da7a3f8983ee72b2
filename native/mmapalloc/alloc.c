/* SPDX-License-Identifier: MIT */
#include "alloc.h"

#include "block.h"
#include "compiler.h"
#include "counters.h"
#include "fatal.h"
#include "others.h"
#include "sys_pages.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

static_assert(sizeof(size_t) == 8 && PTRDIFF_MAX == INT64_MAX, "64-bit only");

/* Returns when the pointer is for another allocator to judge. */
static COLD void require_of_others(const char *function, const void *block) {
    if (!others_may_have(block)) {
        fatal_block("mmapalloc", function, block,
                    "not a live block of this allocator (foreign pointer, or freed twice)");
    }
}

static COLD void *fail(enum counter_index failure, int error) {
    counters_event(failure);
    errno = error;
    return NULL;
}

static bool is_power_of_two(size_t number) {
    return number != 0 && (number & (number - 1)) == 0;
}

/* A new block, or NULL with the failure counted and ENOMEM. */
static void *create(size_t size, size_t alignment, enum counter_index failure) {
    void *block = block_create(size, alignment);
    return likely(block != NULL) ? block : fail(failure, ENOMEM);
}

/*
 * A page that is read before it is written costs two faults: the kernel's page of zeros first, then one of its own. Who
 * has a small structure cleared reads it soon, as zlib does its z_stream. So such a page is written at once. Larger
 * blocks may be left untouched for the most part, and are.
 */
static void touch(char *block) {
    *(volatile char *)block = 0;
}

static void destroy(const char *function, void *block) {
    if (block == NULL) {
        return;
    }
    int saved_errno = errno;
    if (unlikely(!block_destroy(block))) {
        require_of_others(function, block);
        others.next_free(block);
    }
    errno = saved_errno;
}

static void *resize(const char *function, void *block, size_t size, enum counter_index failure) {
    if (block == NULL) {
        return create(size, 1, failure);
    }
    if (size == 0) {
        destroy(function, block);
        return NULL;
    }
    int saved_errno = errno;
    switch (block_resize(&block, size)) {
    case block_not_live:
        require_of_others(function, block);
        errno = saved_errno;
        return others.next_realloc(block, size);
    case block_out_of_memory:
        return fail(failure, ENOMEM);
    case block_resized:
        break;
    }
    errno = saved_errno;
    return block;
}

void *mmapalloc_malloc(size_t size) {
    counters_call(counter_calls_malloc);
    return create(size, 1, counter_failures_malloc);
}

void *mmapalloc_calloc(size_t count, size_t size) {
    counters_call(counter_calls_calloc);
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        return fail(counter_failures_calloc, ENOMEM);
    }
    char *block = create(bytes, 1, counter_failures_calloc);
    if (likely(block != NULL && bytes <= pages_size())) {
        touch(block);
    }
    return block;
}

void *mmapalloc_realloc(void *block, size_t size) {
    counters_call(counter_calls_realloc);
    return resize("realloc", block, size, counter_failures_realloc);
}

void *mmapalloc_reallocarray(void *block, size_t count, size_t size) {
    counters_call(counter_calls_reallocarray);
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        return fail(counter_failures_reallocarray, ENOMEM);
    }
    return resize("reallocarray", block, bytes, counter_failures_reallocarray);
}

int mmapalloc_posix_memalign(void **block, size_t alignment, size_t size) {
    counters_call(counter_calls_posix_memalign);
    int saved_errno = errno;
    int error = 0;
    if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0) {
        error = EINVAL;
    } else {
        void *created = block_create(size, alignment);
        if (created != NULL) {
            *block = created;
        } else {
            error = ENOMEM;
        }
    }
    if (error != 0) {
        counters_event(counter_failures_posix_memalign);
    }
    errno = saved_errno;
    return error;
}

void *mmapalloc_aligned_alloc(size_t alignment, size_t size) {
    counters_call(counter_calls_aligned_alloc);
    if (!is_power_of_two(alignment)) {
        return fail(counter_failures_aligned_alloc, EINVAL);
    }
    return create(size, alignment, counter_failures_aligned_alloc);
}

void *mmapalloc_memalign(size_t alignment, size_t size) {
    counters_call(counter_calls_memalign);
    if (alignment > SIZE_MAX / 2 + 1) {
        return fail(counter_failures_memalign, EINVAL);
    }
    size_t rounded = 1;
    while (rounded < alignment) {
        rounded <<= 1;
    }
    return create(size, rounded, counter_failures_memalign);
}

void *mmapalloc_valloc(size_t size) {
    counters_call(counter_calls_valloc);
    return create(size, 1, counter_failures_valloc);
}

void *mmapalloc_pvalloc(size_t size) {
    counters_call(counter_calls_pvalloc);
    return create(size, 1, counter_failures_pvalloc);
}

void mmapalloc_free(void *block) {
    counters_call(counter_calls_free);
    destroy("free", block);
}

void mmapalloc_free_sized(void *block, size_t size) {
    (void)size;
    counters_call(counter_calls_free_sized);
    destroy("free_sized", block);
}

void mmapalloc_free_aligned_sized(void *block, size_t alignment, size_t size) {
    (void)alignment;
    (void)size;
    counters_call(counter_calls_free_aligned_sized);
    destroy("free_aligned_sized", block);
}

size_t mmapalloc_malloc_usable_size(void *block) {
    counters_call(counter_calls_malloc_usable_size);
    size_t bytes = 0;
    if (block != NULL && !block_usable_bytes(block, &bytes)) {
        require_of_others("malloc_usable_size", block);
        bytes = others.next_malloc_usable_size(block);
    }
    return bytes;
}
