/* SPDX-License-Identifier: MIT */
#include "count.h"

#include "block_size.h"
#include "bootstrap.h"
#include "own_target.h"
#include "process_level.h"
#include "real_malloc.h"

#include <string.h>

THREAD_LOCAL struct operator_call operator_call;

static inline void count_usable(struct target target, int64_t delta) {
    add(target, counter_live_usable_bytes, delta);
    if (unlikely(target.shared)) {
        process_usable_add(delta);
        return;
    }
    /* Larger ones are found out by has_news(). */
    bool is_far = delta < 0 ? process_usable_shrank((size_t)-delta) : process_usable_grew((size_t)delta);
    if (unlikely(is_far || has_news(thread_counting.slot))) {
        process_usable_publish(thread_counting.slot);
    }
}

/* Whether the call gives blocks that need not begin where those of malloc do. */
static inline bool aligns(enum counter_index call) {
    return call != counter_calls_malloc && call != counter_calls_calloc && call != counter_calls_realloc &&
           call != counter_calls_reallocarray;
}

void *count_new(enum counter_index call, enum counter_index failure, void *block, size_t requested) {
    struct target target = own_target();
    count_call(target, call);
    if (unlikely(block == NULL)) {
        add(target, failure, 1);
    } else if (likely(!bootstrap_owns(block))) {
        size_t usable = aligns(call) ? block_size_of_aligned(block) : block_size_of_new(block, requested);
        add(target, counter_total_requested_bytes, (int64_t)requested);
        count_came(target, usable);
        count_usable(target, (int64_t)usable);
        operator_call.came = block;
    }
    return block;
}

void count_going(enum counter_index call, void *block) {
    struct target target = own_target();
    count_call(target, call);
    if (likely(block != NULL && !bootstrap_owns(block))) {
        size_t usable = block_size(block);
        count_gone(target, usable);
        count_usable(target, -(int64_t)usable);
    }
}

/* Counts before the block is given back: another thread may get it at once. */
void count_and_free(enum counter_index call, void *block) {
    if (likely(block == NULL || operator_call.going != block)) {
        count_going(call, block);
    }
    if (likely(!bootstrap_owns(block))) {
        real.free(block);
    }
}

/* A block of the real allocator with the contents of a bootstrap block. NULL as malloc gives it. */
static COLD void *move_out_of_bootstrap(const void *block, size_t size) {
    void *moved = real.malloc(size);
    if (moved != NULL) {
        size_t old_size = bootstrap_usable_size(block);
        memcpy(moved, block, old_size < size ? old_size : size);
    }
    return moved;
}

void *count_and_resize(enum counter_index call, enum counter_index failure, void *block, size_t size) {
    if (block == NULL) {
        return count_new(call, failure, real.realloc(NULL, size), size);
    }
    if (unlikely(bootstrap_owns(block))) {
        return count_new(call, failure, move_out_of_bootstrap(block, size), size);
    }
    size_t old_usable = block_size(block);
    uintptr_t old = (uintptr_t)block;
    void *resized = real.realloc(block, size);
    struct target target = own_target();
    count_call(target, call);
    if (likely(resized != NULL)) {
        size_t usable = block_size_of_resized(resized, old, old_usable);
        count_gone(target, old_usable);
        add(target, counter_total_requested_bytes, (int64_t)size);
        count_came(target, usable);
        count_usable(target, (int64_t)usable - (int64_t)old_usable);
    } else if (size == 0) { /* it has freed the block: glibc, and all who follow it */
        count_gone(target, old_usable);
        count_usable(target, -(int64_t)old_usable);
    } else {
        add(target, failure, 1);
    }
    return resized;
}
