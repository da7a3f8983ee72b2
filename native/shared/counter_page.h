/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_COUNTER_PAGE_H
#define OFFHEAP_COUNTER_PAGE_H

/*
 * The counter page: what a preloaded library shares with whoever watches the process. Written by native/counters, read
 * by native/addon, declared only here, valid C11 and C++17. One file, mapped MAP_SHARED by the writer and read-only by
 * readers:
 *
 *   header | process block | slot 0 | slot 1 | … | slot 4095
 *
 * The file is sparse: it has storage up to the slots that were ever used, one page of the kernel's at first.
 *
 * A slot belongs to one thread at a time, which alone writes it, without atomic read-modify-write. The process block
 * has what no slot has: ended threads, threads that found no free slot, peaks. Every cell is one aligned 64-bit word,
 * so a reader never sees half a number; it may see one cell of a call and not yet the next. A sum over slots is not an
 * instant: it is off by what happens during the read.
 *
 * Some cells hold less than their field says, because a writer that counts every malloc must not write what follows
 * from other cells. counter_sum.h has the rules, and applies them.
 */

#include "counter_fields.h"

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#include <atomic>
typedef std::atomic<int64_t> counter_cell;
typedef std::atomic<uint64_t> counter_word;
typedef std::atomic<uint32_t> counter_half;
#else
#include <stdatomic.h>
typedef _Atomic int64_t counter_cell;
typedef _Atomic uint64_t counter_word;
typedef _Atomic uint32_t counter_half;
#endif

#define counter_page_magic   UINT64_C(0x435041454846464f) /* in memory: "OFFHEAPC" */
#define counter_page_version 5                            /* higher with every change of layout or meaning */
#define counter_slot_count   4096
/* Two cache lines: neighbouring lines are fetched in pairs. */
#define counter_alignment 128
/* The file is a multiple of the largest page size of any Linux this runs on, so that its layout does not depend on it.
 */
#define counter_page_granule 65536

/* Index of each field's first cell in a block, and of its last one. */
enum counter_index {
#define OFFHEAP_FIELD(kind, name, width, unit, writer, doc)                                                            \
    counter_##name, counter_##name##_last = counter_##name + (width) - 1,
    OFFHEAP_COUNTER_FIELDS
#undef OFFHEAP_FIELD
        counter_cell_count
};

struct counter_block {
    counter_cell cells[counter_cell_count];
};

/*
 * Another definition of malloc comes before the writer's: the executable's own, or that of a library preloaded earlier.
 * When none of its calls come through, the program is served by an allocator that the writer sees nothing of.
 */
#define counter_flag_preceded UINT32_C(1)

enum counter_slot_state { counter_slot_free = 0, counter_slot_used = 1 };

struct counter_slot {
    alignas(counter_alignment) counter_half state;
    counter_half tid;
    counter_word name[2]; /* 16 bytes, NUL-terminated: the one that the thread gave itself by pthread_setname_np, or the
                             process's at its start; may be a mix of two while it changes */
    struct counter_block block;
    counter_word unused[11];
    counter_word scratch; /* means nothing: the writer gets the page's memory by it */
};

struct counter_page_header {
    counter_word magic;
    uint32_t version;
    uint32_t header_bytes;
    uint64_t page_bytes; /* of the whole file */
    uint32_t slot_count;
    uint32_t slot_bytes;
    uint32_t cell_count;    /* of a block */
    counter_half ready;     /* 1 when everything in the file is valid; written last */
    int32_t pid;            /* in the writer's own pid namespace */
    uint32_t flags;         /* counter_flag_… */
    uint64_t created_ticks; /* clock ticks since boot, as in field 22 of /proc/PID/stat: a process of this pid that
                               started later is another one; 0: unknown */
    int64_t created_unix_ms;
    char writer[32]; /* name of the library, NUL-terminated */
    /* Folds of an ended thread's slot into the process block. Unequal: one is going on, and sums may have that thread
     * twice or not at all. */
    counter_word folds_begun;
    counter_word folds_ended;
    counter_half slot_limit; /* slots from this index on were never used */
    uint32_t reserved[3];
};

struct counter_page {
    struct counter_page_header header;
    struct counter_block process;
    struct counter_slot slots[counter_slot_count];
};

#define counter_page_bytes                                                                                             \
    ((sizeof(struct counter_page) + counter_page_granule - 1) / counter_page_granule * counter_page_granule)

static_assert(sizeof(counter_cell) == 8 && sizeof(counter_word) == 8 && sizeof(counter_half) == 4, "atomics are plain");
static_assert(sizeof(struct counter_page_header) == 128, "the header is two cache lines");
static_assert(offsetof(struct counter_page_header, ready) == 36, "no padding before ready");
static_assert(offsetof(struct counter_page_header, folds_begun) == 96, "no padding before folds_begun");
static_assert(sizeof(struct counter_block) == counter_cell_count * 8, "a block is an array of 64-bit words");
static_assert(offsetof(struct counter_slot, block) == 24, "no padding in a slot");
static_assert(sizeof(struct counter_slot) % counter_alignment == 0, "two threads never share a cache line");
static_assert(offsetof(struct counter_slot, scratch) == sizeof(struct counter_slot) - 8, "a slot's last word");
/* Changes with the field list: then counter_page_version must change as well. */
static_assert(counter_cell_count == 129, "the layout changed: raise counter_page_version, then correct this number");

#endif
