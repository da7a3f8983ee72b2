/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "counters.h"
#include "inherit.h"
#include "own_target.h"
#include "process_level.h"
#include "real_malloc.h"

#include <errno.h>

/* libc's own declarations, so that a wrong signature does not compile. C23's two are not in every libc yet. */
#include <malloc.h>
#include <stdlib.h>
void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size);

/*
 * The only functions that libmeter.so exports. Each gives the caller what the real one gave, errno included: nothing
 * here changes it. Blocks of the bootstrap arena are no allocator's, and not counted as blocks.
 */

static inline void count_usable(struct target target, int64_t delta) {
    add(target, counter_live_usable_bytes, delta);
    add_by_owner(&thread_counting.unpublished_usable, delta);
    int64_t unpublished = atomic_load_explicit(&thread_counting.unpublished_usable, memory_order_relaxed);
    bool is_small = unpublished <= process_usable_step && unpublished >= -process_usable_step;
    if (unlikely(!is_small || target.shared)) {
        process_usable_publish();
    }
}

static inline void count_size(struct target target, size_t requested, size_t usable) {
    unsigned bucket = histogram_bucket(usable);
    add(target, counter_total_requested_bytes, (int64_t)requested);
    add(target, counter_live_sizes + bucket, 1);
    add(target, counter_total_sizes + bucket, 1);
}

/* A call that gives a new block. Returns it. */
static inline void *count_new(enum counter_index call, enum counter_index failure, void *block, size_t requested) {
    struct target target = own_target();
    count_call(target, call);
    if (unlikely(block == NULL)) {
        add(target, failure, 1);
    } else if (likely(!bootstrap_owns(block))) {
        size_t usable = real_size(block);
        add(target, counter_live_allocations, 1);
        count_size(target, requested, usable);
        count_usable(target, (int64_t)usable);
    }
    return block;
}

static inline void count_gone(struct target target, size_t usable) {
    add(target, counter_live_allocations, -1);
    add(target, counter_live_sizes + histogram_bucket(usable), -1);
    count_usable(target, -(int64_t)usable);
}

/* Counts before the block is given back: another thread may get it at once. */
static inline void count_and_free(enum counter_index call, void *block) {
    struct target target = own_target();
    count_call(target, call);
    if (unlikely(bootstrap_owns(block))) {
        return;
    }
    if (likely(block != NULL)) {
        count_gone(target, real_size(block));
    }
    real.free(block);
}

static void *count_and_resize(enum counter_index call, enum counter_index failure, void *block, size_t size) {
    if (block == NULL) {
        return count_new(call, failure, real.realloc(NULL, size), size);
    }
    if (unlikely(bootstrap_owns(block))) {
        return count_new(call, failure, bootstrap_move_out(block, size), size);
    }
    size_t old_usable = real_size(block);
    void *resized = real.realloc(block, size);
    struct target target = own_target();
    count_call(target, call);
    if (likely(resized != NULL)) {
        size_t usable = real_size(resized);
        add(target, counter_live_sizes + histogram_bucket(old_usable), -1);
        count_size(target, size, usable);
        count_usable(target, (int64_t)usable - (int64_t)old_usable);
    } else if (size == 0) { /* it has freed the block: glibc, and all who follow it */
        count_gone(target, old_usable);
    } else {
        add(target, failure, 1);
    }
    return resized;
}

/* Saturated where the product overflows: then the call fails, and it is not counted. */
static inline size_t product(size_t count, size_t size) {
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? SIZE_MAX : bytes;
}

EXPORT void *malloc(size_t size) {
    return count_new(counter_calls_malloc, counter_failures_malloc, real.malloc(size), size);
}

EXPORT void *calloc(size_t count, size_t size) {
    return count_new(counter_calls_calloc, counter_failures_calloc, real.calloc(count, size), product(count, size));
}

EXPORT void *realloc(void *block, size_t size) {
    return count_and_resize(counter_calls_realloc, counter_failures_realloc, block, size);
}

EXPORT void *reallocarray(void *block, size_t count, size_t size) {
    size_t bytes;
    if (unlikely(__builtin_mul_overflow(count, size, &bytes))) {
        errno = ENOMEM;
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
    count_and_free(counter_calls_free, block);
}

EXPORT void free_sized(void *block, size_t size) {
    (void)size;
    count_and_free(counter_calls_free_sized, block);
}

EXPORT void free_aligned_sized(void *block, size_t alignment, size_t size) {
    (void)alignment;
    (void)size;
    count_and_free(counter_calls_free_aligned_sized, block);
}

EXPORT size_t malloc_usable_size(void *block) {
    counters_call(counter_calls_malloc_usable_size);
    return unlikely(bootstrap_owns(block)) ? bootstrap_usable_size(block) : real.malloc_usable_size(block);
}

/* Linked with -z initfirst, as libmmapalloc.so is: see native/mmapalloc/override.c. */
__attribute__((constructor)) static void start(int argument_count, char **arguments, char **environment) {
    (void)argument_count;
    (void)arguments;
    real_malloc_start();
    counters_start("meter", environment);
    inherit_start(environment);
}
