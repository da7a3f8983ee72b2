/* SPDX-License-Identifier: MIT */
#include "check_sizes.h"

#include "block_size.h"
#include "compiler.h"
#include "early_env.h"
#include "line.h"
#include "real_malloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

CLUSTERED static struct real_malloc checked;
CLUSTERED static bool is_on;
CLUSTERED static _Atomic size_t read_count;
CLUSTERED static _Atomic size_t asked_count;

static COLD NORETURN void sizes_differ(const char *function, const void *block, size_t known, size_t usable) {
    struct line line;
    line_begin(&line);
    line_add(&line, "offheap meter: expected the size of a block to be what malloc_usable_size says, ");
    line_add_decimal(&line, usable);
    line_add(&line, ", found ");
    line_add_decimal(&line, known);
    line_add(&line, " at ");
    line_add_hex(&line, (uintptr_t)block);
    line_add(&line, " in ");
    line_add(&line, function);
    line_write_to_stderr(&line);
    abort();
}

/* `known`: as the meter reads it; 0 where it will ask. */
static void check(const char *function, void *block, size_t known) {
    if (known == 0) {
        atomic_fetch_add_explicit(&asked_count, 1, memory_order_relaxed);
        return;
    }
    atomic_fetch_add_explicit(&read_count, 1, memory_order_relaxed);
    size_t usable = checked.malloc_usable_size(block);
    if (known != usable) {
        sizes_differ(function, block, known, usable);
    }
}

static void *check_new(const char *function, void *block, size_t requested) {
    if (block != NULL) {
        bool has_headers = size_unproven() != 0;
        size_t known = has_headers ? block_size_known(block) : page_sizes_of_new(block, requested) * page_sizes_unit;
        check(function, block, known);
    }
    return block;
}

static void check_old(const char *function, void *block) {
    if (block != NULL) {
        check(function, block, block_size_known(block));
    }
}

static void *check_malloc(size_t size) {
    return check_new("malloc", checked.malloc(size), size);
}

static void *check_calloc(size_t count, size_t size) {
    return check_new("calloc", checked.calloc(count, size), count * size);
}

static void *check_realloc(void *block, size_t size) {
    check_old("realloc", block);
    return checked.realloc(block, size);
}

static void check_free(void *block) {
    check_old("free", block);
    checked.free(block);
}

void check_sizes_start(char *const *environment) {
    const char *setting = early_env_get(environment, "OFFHEAP_METER_CHECK");
    if (setting == NULL || strcmp(setting, "1") != 0 || early_env_is_untrusted()) {
        return;
    }
    checked = real;
    is_on = true;
    real.malloc = check_malloc;
    real.calloc = check_calloc;
    real.realloc = check_realloc;
    real.free = check_free;
}

__attribute__((destructor)) static void say_counts(void) {
    if (!is_on) {
        return;
    }
    struct line line;
    line_begin(&line);
    line_add(&line, "offheap meter: ");
    line_add_decimal(&line, atomic_load_explicit(&read_count, memory_order_relaxed));
    line_add(&line, " sizes read as malloc_usable_size says them, ");
    line_add_decimal(&line, atomic_load_explicit(&asked_count, memory_order_relaxed));
    line_add(&line, " not known");
    line_write_to_stderr(&line);
}
