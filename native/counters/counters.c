/* SPDX-License-Identifier: MIT */
#include "counters.h"

#include "early_env.h"
#include "fork.h"
#include "page.h"
#include "process_level.h"
#include "sys_pages.h"
#include "thread_slot.h"

#include <string.h>
#include <unistd.h>

/* Where the calling thread's numbers go: its slot's cells, which it alone writes, or the process block's, which it
 * shares. */
struct target {
    counter_cell *cells;
    bool shared;
};

static inline struct target own_target(void) {
    struct counter_slot *slot = thread_slot();
    if (likely(slot != NULL)) {
        return (struct target){slot->block.cells, false};
    }
    return (struct target){counters_page->process.cells, true};
}

/*
 * Adds to a cell that only this thread writes. One instruction on x86-64, so that a signal handler that counts too
 * comes before or after it, never between a load and a store; elsewhere an atomic addition that no other core contends
 * for.
 */
static inline void add_by_owner(counter_cell *cell, int64_t delta) {
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
    __asm__ volatile("addq %1, %0" : "+m"(*(int64_t *)(uintptr_t)cell) : "er"(delta) : "cc");
#else
    atomic_fetch_add_explicit(cell, delta, memory_order_relaxed);
#endif
}

static inline void add(struct target target, unsigned index, int64_t delta) {
    if (likely(!target.shared)) {
        add_by_owner(&target.cells[index], delta);
    } else if (!counting_is_off) {
        atomic_fetch_add_explicit(&target.cells[index], delta, memory_order_relaxed);
    }
}

static inline unsigned histogram_bucket(size_t size) {
    unsigned width = size == 0 ? 0 : 64 - (unsigned)__builtin_clzll(size);
    return width < counter_histogram_buckets ? width : counter_histogram_buckets - 1;
}

void counters_call(enum counter_index field) {
    add(own_target(), field, 1);
    /* A JVM names its threads after their first allocations: look again at the 1st, 2nd, 4th, 8th … call. */
    uint64_t calls = ++thread_counting.calls;
    if (unlikely((calls & (calls - 1)) == 0) && thread_counting.slot != NULL) {
        thread_slot_rename(thread_counting.slot);
    }
}

void counters_event(enum counter_index field) {
    add(own_target(), field, 1);
}

static inline void count_new_size(struct target target, size_t requested) {
    unsigned bucket = histogram_bucket(requested);
    add(target, counter_total_requested_bytes, (int64_t)requested);
    add(target, counter_live_sizes + bucket, 1);
    add(target, counter_total_sizes + bucket, 1);
}

static inline void count_levels(struct target target, int64_t requested, int64_t mapped) {
    add(target, counter_live_requested_bytes, requested);
    add(target, counter_live_mapped_bytes, mapped);
    process_levels_add(requested, mapped);
}

void counters_allocated(size_t requested, size_t mapped) {
    struct target target = own_target();
    add(target, counter_live_allocations, 1);
    add(target, counter_total_mapped_pages, (int64_t)(mapped / pages_size()));
    count_new_size(target, requested);
    count_levels(target, (int64_t)requested, (int64_t)mapped);
}

void counters_released(size_t requested, size_t mapped) {
    struct target target = own_target();
    add(target, counter_live_allocations, -1);
    add(target, counter_live_sizes + histogram_bucket(requested), -1);
    count_levels(target, -(int64_t)requested, -(int64_t)mapped);
}

void counters_resized(size_t old_requested, size_t old_mapped, size_t requested, size_t mapped) {
    struct target target = own_target();
    if (mapped > old_mapped) {
        add(target, counter_total_mapped_pages, (int64_t)((mapped - old_mapped) / pages_size()));
    }
    add(target, counter_live_sizes + histogram_bucket(old_requested), -1);
    count_new_size(target, requested);
    count_levels(target, (int64_t)requested - (int64_t)old_requested, (int64_t)mapped - (int64_t)old_mapped);
}

/* The program may change its directory, and its children start there. A path cut at `size` is still longer than the
 * kernel takes. */
static void make_absolute(const char *path, char *absolute, size_t size) {
    size_t used = 0;
    if (path[0] != '/' && getcwd(absolute, size - 1) != NULL) {
        used = strlen(absolute);
        absolute[used++] = '/';
    }
    strncpy(absolute + used, path, size - 1 - used);
}

static void read_settings(struct page_settings *settings, const char *writer, char *const *environment) {
    settings->writer = writer;
    if (early_env_is_untrusted()) {
        return;
    }
    const char *verbose = early_env_get(environment, "OFFHEAP_VERBOSE");
    const char *share = early_env_get(environment, "OFFHEAP_COUNTERS");
    const char *directory = early_env_get(environment, "OFFHEAP_COUNTERS_DIR");
    settings->verbose = verbose != NULL && verbose[0] != '\0';
    settings->off = share != NULL && strcmp(share, "off") == 0;
    if (directory != NULL && directory[0] != '\0') {
        make_absolute(directory, settings->directory, sizeof settings->directory);
    }
}

void counters_start(const char *writer, char *const *environment) {
    static struct page_settings settings;
    read_settings(&settings, writer, environment);
    thread_slots_start();
    page_share(&settings);
    fork_start(&settings);
}
