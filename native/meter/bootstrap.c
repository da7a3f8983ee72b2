/* SPDX-License-Identifier: MIT */
#include "bootstrap.h"

#include "line.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { bootstrap_alignment = 16 };

/* The word before a bootstrap block: its size, and flags that no chunk of glibc's has together: a mapping of its own,
 * and part of an arena that is not the main one. free() then sees from the word alone that the block is special. */
enum { bootstrap_flags = 6, bootstrap_flag_bits = 3 };

_Alignas(4096) unsigned char bootstrap_arena[bootstrap_bytes];
CLUSTERED static _Atomic size_t bootstrap_used;

static COLD NORETURN void bootstrap_is_full(size_t requested, size_t available) {
    struct line line;
    line_begin(&line);
    line_add(&line, "offheap meter: bootstrap memory is used up: ");
    line_add_decimal(&line, requested);
    line_add(&line, " bytes requested, ");
    line_add_decimal(&line, available);
    line_add(&line, " available");
    line_write_to_stderr(&line);
    abort();
}

void *bootstrap_allocate(size_t alignment, size_t size) {
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
