/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HOLDER_ROOTS_H
#define OFFHEAP_HOLDER_ROOTS_H

/*
 * What outside of the heap holds an object that a climb has met: a word of a thread's stack, or of a block of malloc
 * that is the JVM's or a thread's (handles of JNI and of the JVM lie in such blocks: src/hotspot/share/gc/shared/
 * oopStorage.hpp, runtime/jniHandles.hpp). A word may look like a reference and be none.
 */

#include "claims.h"
#include "holders.h"
#include "thread_stacks.h"

struct holder_roots {
    const struct target *target;
    const struct block_table *table;
    const struct claims *claims;
    const struct owner *owners; /* by number */
    size_t owner_count;
    uint32_t first_thread; /* number of the first stack's owner */
    const struct thread_stacks *stacks;
    const struct memory_range *malloc;
    size_t malloc_count;
};

/* Marks them in the climb, and adds a group for each thread, and one for the JVM, to the result. */
struct inspect_verdict holder_roots_find(const struct holder_roots *roots, struct climb *climb, uint32_t owner,
                                         struct owners_result *result);

#endif
