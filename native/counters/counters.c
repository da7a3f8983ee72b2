/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "counters.h"

#include "early_env.h"
#include "fork.h"
#include "own_target.h"
#include "page.h"
#include "process_level.h"
#include "sys_pages.h"
#include "thread_slot.h"

#include <string.h>
#include <unistd.h>

void counters_call(enum counter_index field) {
    count_call(own_target(), field);
}

void counters_event(enum counter_index field) {
    add(own_target(), field, 1);
}

static inline void count_new_size(struct target target, size_t requested) {
    add(target, counter_total_requested_bytes, (int64_t)requested);
    count_came(target, requested);
}

static inline void count_levels(struct target target, int64_t requested, int64_t mapped) {
    add(target, counter_live_requested_bytes, requested);
    add(target, counter_live_mapped_bytes, mapped);
    process_levels_add(requested, mapped);
}

void counters_allocated(size_t requested, size_t mapped) {
    struct target target = own_target();
    add(target, counter_total_mapped_pages, (int64_t)(mapped / pages_size()));
    count_new_size(target, requested);
    count_levels(target, (int64_t)requested, (int64_t)mapped);
}

void counters_released(size_t requested, size_t mapped) {
    struct target target = own_target();
    count_gone(target, requested);
    count_levels(target, -(int64_t)requested, -(int64_t)mapped);
}

void counters_resized(size_t old_requested, size_t old_mapped, size_t requested, size_t mapped) {
    struct target target = own_target();
    if (mapped > old_mapped) {
        add(target, counter_total_mapped_pages, (int64_t)((mapped - old_mapped) / pages_size()));
    }
    count_gone(target, old_requested);
    count_new_size(target, requested);
    count_levels(target, (int64_t)requested - (int64_t)old_requested, (int64_t)mapped - (int64_t)old_mapped);
}

/* Copied: a program may write over its environment later. */
static char absolute_directory[4096];

/* The program may change its directory, and its children start there. A path cut at the end is still longer than the
 * kernel takes. */
static const char *make_absolute(const char *path) {
    size_t used = 0;
    if (path[0] != '/' && getcwd(absolute_directory, sizeof absolute_directory - 1) != NULL) {
        used = strlen(absolute_directory);
        absolute_directory[used++] = '/';
    }
    memcpy(absolute_directory + used, path, strnlen(path, sizeof absolute_directory - 1 - used));
    return absolute_directory;
}

static void read_settings(struct page_settings *settings, const char *writer, char *const *environment) {
    memcpy(settings->writer, writer, strlen(writer));
    settings->directory = "";
    if (early_env_is_untrusted()) {
        return;
    }
    const char *verbose = early_env_get(environment, "OFFHEAP_VERBOSE");
    const char *share = early_env_get(environment, "OFFHEAP_COUNTERS");
    const char *directory = early_env_get(environment, "OFFHEAP_COUNTERS_DIR");
    settings->verbose = verbose != NULL && verbose[0] != '\0';
    settings->off = share != NULL && strcmp(share, "off") == 0;
    if (directory != NULL && directory[0] != '\0') {
        settings->directory = make_absolute(directory);
    }
}

void counters_start(const char *writer, bool is_preceded, char *const *environment) {
    CLUSTERED static struct page_settings settings;
    settings.flags = is_preceded ? counter_flag_preceded : 0;
    read_settings(&settings, writer, environment);
    thread_slots_start();
    page_share(&settings, thread_counting.slot == NULL && !thread_counting.slotless);
    fork_start(&settings);
}
