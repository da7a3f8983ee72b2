/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "before_own.h"
#include "block_size.h"
#include "bootstrap.h"
#include "c_library.h"
#include "check_sizes.h"
#include "count.h"
#include "counters.h"
#include "inherit.h"
#include "quick.h"
#include "real_malloc.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

/* libc's own declarations, so that a wrong signature does not compile. C23's two are not in every libc yet, nor is
 * reallocarray (glibc has it since 2.26); musl has no pvalloc. */
#include <malloc.h>
#include <stdlib.h>
void *pvalloc(size_t size);
void *reallocarray(void *block, size_t count, size_t size);
void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size);

/*
 * The functions of C that libmeter.so exports; operators.c has those of C++. Each gives the caller what the real one
 * gave, errno included: nothing here changes it. So posix_memalign may set errno, as glibc's does, though POSIX
 * has the error returned alone.
 */

static COLD void tell_and_free(struct counter_slot *slot, void *block) {
    process_usable_publish(slot);
    block_size_recheck(block);
    real.free(block);
}

/* Saturated where the product overflows: then the call fails, and it is not counted. */
static inline size_t product(size_t count, size_t size) {
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? SIZE_MAX : bytes;
}

EXPORT void *malloc(size_t size) {
    void *block = real.malloc(size);
    struct counter_slot *slot = thread_counting.slot;
    if (likely(block != NULL && slot != NULL)) {
        size_t unproven = size_unproven();
        if (likely(unproven != 0)) {
            if (likely(size_is_proven(block, unproven))) {
                size_t usable = chunk_usable(block);
                return count_quick_new(slot, block, size, usable, chunk_bucket(usable));
            }
        } else {
            size_t units = page_sizes_of_new(block, size);
            if (likely(units != 0)) {
                operator_call.came = block; /* the allocator's operators of C++ may come here */
                return count_quick_new(slot, block, size, units * page_sizes_unit, page_sizes_bucket[units]);
            }
        }
    }
    return count_new(counter_calls_malloc, counter_failures_malloc, block, size);
}

EXPORT void *calloc(size_t count, size_t size) {
    return count_new(counter_calls_calloc, counter_failures_calloc, real.calloc(count, size), product(count, size));
}

EXPORT void *realloc(void *block, size_t size) {
    return count_and_resize(counter_calls_realloc, counter_failures_realloc, block, size);
}

EXPORT void *reallocarray(void *block, size_t count, size_t size) {
    size_t bytes;
    bool overflows = __builtin_mul_overflow(count, size, &bytes);
    if (unlikely(overflows)) {
        errno = ENOMEM;
    }
    if (unlikely(before_own.realloc != NULL)) {
        return overflows ? NULL : before_own.realloc(block, bytes);
    }
    if (unlikely(overflows)) {
        return count_new(counter_calls_reallocarray, counter_failures_reallocarray, NULL, 0);
    }
    return count_and_resize(counter_calls_reallocarray, counter_failures_reallocarray, block, bytes);
}

EXPORT int posix_memalign(void **block, size_t alignment, size_t size) {
    int error = real.posix_memalign(block, alignment, size);
    void *created = error == 0 ? *block : NULL;
    (void)count_new(counter_calls_posix_memalign, counter_failures_posix_memalign, created, size);
    return error;
}

EXPORT void *aligned_alloc(size_t alignment, size_t size) {
    void *block = real.aligned_alloc(alignment, size);
    return count_new(counter_calls_aligned_alloc, counter_failures_aligned_alloc, block, size);
}

EXPORT void *memalign(size_t alignment, size_t size) {
    return count_new(counter_calls_memalign, counter_failures_memalign, real.memalign(alignment, size), size);
}

EXPORT void *valloc(size_t size) {
    return count_new(counter_calls_valloc, counter_failures_valloc, real.valloc(size), size);
}

EXPORT void *pvalloc(size_t size) {
    return count_new(counter_calls_pvalloc, counter_failures_pvalloc, real.pvalloc(size), size);
}

EXPORT void free(void *block) {
    struct counter_slot *slot = thread_counting.slot;
    if (likely(block != NULL && slot != NULL)) {
        size_t unproven = size_unproven();
        if (likely(unproven != 0)) {
            if (likely(size_is_proven(block, unproven))) {
                size_t usable = chunk_usable(block);
                if (count_quick_gone(slot, usable, chunk_bucket(usable))) {
                    tell_and_free(slot, block);
                    return;
                }
                real.free(block);
                return;
            }
        } else {
            size_t units = page_sizes_of_live(block);
            if (likely(units != 0 && operator_call.going != block)) {
                if (count_quick_gone(slot, units * page_sizes_unit, page_sizes_bucket[units])) {
                    tell_and_free(slot, block);
                    return;
                }
                real.free(block);
                return;
            }
        }
    }
    count_and_free(counter_calls_free, block);
}

static void free_of_known_size(enum counter_index call, void *block) {
    if (unlikely(before_own.free != NULL)) {
        before_own.free(block);
    } else {
        count_and_free(call, block);
    }
}

EXPORT void free_sized(void *block, size_t size) {
    (void)size;
    free_of_known_size(counter_calls_free_sized, block);
}

EXPORT void free_aligned_sized(void *block, size_t alignment, size_t size) {
    (void)alignment;
    (void)size;
    free_of_known_size(counter_calls_free_aligned_sized, block);
}

EXPORT size_t malloc_usable_size(void *block) {
    counters_call(counter_calls_malloc_usable_size);
    return unlikely(bootstrap_owns(block)) ? bootstrap_usable_size(block) : real.malloc_usable_size(block);
}

/* Linked with -z initfirst, as libmmapalloc.so is: see native/mmapalloc/override.c. */
__attribute__((constructor)) static void start(int argument_count, char **arguments, char **environment) {
    (void)argument_count;
    (void)arguments;
    block_size_start(real_malloc_start());
    char **own_environment = c_library_environment(environment);
    check_sizes_start(own_environment);
    counters_start("meter", before_own.has_malloc, own_environment);
    inherit_start(own_environment);
}
