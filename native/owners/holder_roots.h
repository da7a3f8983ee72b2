/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HOLDER_ROOTS_H
#define OFFHEAP_HOLDER_ROOTS_H

/*
 * What outside of the heap holds Java objects: a word of a thread's stack, or of a block of malloc that is the JVM's or
 * a thread's (handles of JNI and of the JVM lie in such blocks: src/hotspot/share/gc/shared/oopStorage.hpp,
 * runtime/jniHandles.hpp). A word may look like a reference and be none.
 */

#include "claims.h"
#include "holders.h"
#include "thread_stacks.h"

struct holder_roots {
    const struct target *target;
    const struct block_table
        *table; /* NULL: nobody knows the blocks, and each word of malloc's memory may be a handle */
    const struct claims *claims;
    const struct owner *owners; /* by number */
    size_t owner_count;
    uint32_t first_thread; /* number of the first stack's owner */
    const struct thread_stacks *stacks;
    const struct memory_range *malloc;
    size_t malloc_count;
    const uint64_t *may_be_jvms; /* a bit for each block that counts as the JVM's, whoever has it; NULL: none does */
};

/* Every word that may be a reference into the heap. */
struct inspect_verdict holder_roots_collect(const struct holder_roots *roots, struct hotspot *vm,
                                            struct root_words *words);

/* Adds a group to the result for each thread that holds objects of the climb, and one for the JVM. */
bool holder_roots_tell(const struct holder_roots *roots, const struct climb *climb, uint32_t owner,
                       struct owners_result *result);

/* Adds one group: of a thread, or of the JVM where there is no stack of that number. False: there is no room. */
bool holder_roots_tell_one(const struct holder_roots *roots, size_t stack, uint64_t held, uint32_t owner,
                           struct owners_result *result);

#endif
