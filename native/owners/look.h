/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_LOOK_H
#define OFFHEAP_LOOK_H

/* What one look at a process holds while it is made (owners.c), and its steps, a file each. */

#include "block_marks.h"
#include "holder_roots.h"
#include "java_owners.h"
#include "owner_sums.h"
#include "thread_arenas.h"
#include "thread_stacks.h"

#include <errno.h>

/* Without a budget of the caller's: ten minutes of processor time. */
enum { longest_ms = 10 * 60 * 1000, ns_a_ms = 1000000 };

/*
 * What one look holds while it is made. Owners are numbered: sources, then threads, then classes, then what was freed
 * meanwhile, then nobody.
 */
struct look {
    const struct owners_options *options;
    struct target target;
    struct inspection inspection;
    struct block_table table;
    struct memory_range *malloc; /* where malloc's memory lies, in order of address */
    size_t malloc_count;
    struct block_graph graph;
    struct block_marks marks; /* of a JVM's blocks */
    struct claims claims;
    struct type_names names;
    struct hotspot *vm;
    struct java_hits hits;
    uint64_t collections; /* hotspot_collections() when hits were looked for */
    struct java_owners classes;
    struct thread_stacks stacks;
    struct hotspot_thread *jvm_threads;
    size_t jvm_thread_count;
    struct memory_range *holes; /* malloc's memory and stacks, which are read apart */
    size_t hole_count;
    struct root_list globals;
    struct root_list mapped;
    struct root_list threads;
    struct root_list structures; /* the JVM's, of its threads */
    struct thread_arenas arenas;
    struct owner *owners;
    size_t owner_count;
};

static inline uint32_t look_first_thread(const struct look *look) {
    return (uint32_t)look->options->source_count;
}

static inline uint32_t look_first_class(const struct look *look) {
    return look_first_thread(look) + (uint32_t)look->stacks.count;
}

static inline uint32_t look_number_of_freed(const struct look *look) {
    return look_first_class(look) + (uint32_t)look->classes.count;
}

static inline uint32_t look_number_of_jvm(const struct look *look) {
    for (uint32_t source = 0; source < look->options->source_count; source++) {
        if (look->options->sources[source].kind == owner_jvm) {
            return source;
        }
    }
    return no_owner;
}

static inline struct inspect_verdict look_no_memory(void) {
    return inspect_failure("memory", ENOMEM);
}

/* Where malloc's memory lies; what is not read as memory that somebody has mapped. False: there is no memory. */
bool look_find_ranges(struct look *look);
bool look_find_holes(struct look *look);

struct inspect_verdict look_list_jvm_threads(struct look *look);
/* The JVM's threads, and what its blocks are by their own word; what of this is held back from Java's objects. */
struct inspect_verdict look_read_marks(struct look *look);
void look_hold_back(struct look *look);
/* NULL: the JVM has none of that number, or does not tell. */
const struct hotspot_thread *look_jvm_thread(const struct look *look, pid_t tid);
/* By its header it is the JVM's. */
bool look_is_of_jvm(const struct look *look, uint32_t block);
/* Of all that is held back; what is a thread's stays so when `but_threads`. */
void look_let_go(struct look *look, bool but_threads);

struct inspect_verdict look_scan_stacks(struct look *look, struct stream *stream);
/* Words of Java's objects, and of memory that is no block, which lead to blocks. */
struct inspect_verdict look_read_java(struct look *look, struct owners_result *result);
struct inspect_verdict look_read_others(struct look *look, struct stream *stream, struct owners_result *result);
struct inspect_verdict look_claim(struct look *look);
/* Marks the hits of objects that are dead, where that decides whose many blocks are. *found: there are more of them. */
struct inspect_verdict look_find_dead(struct look *look, bool *found);
/* Chunks of arenas that nobody has. */
void look_claim_chunks(struct look *look, const struct block_marks *marks);
/* Blocks that were freed meanwhile are nobody's loss. */
struct inspect_verdict look_drop_freed(struct look *look);

/*
 * Where no blocks can be walked: what Java's objects point to, by class, in the memory that the caller names. What of
 * it is a stack or the Java heap is left out.
 */
struct inspect_verdict look_at_points(struct look *look, struct owners_result *result);

/* look->owners: who they are, without figures. False: there is no memory. */
bool look_name_owners(struct look *look);
/* `may_be_jvms` as in holder_roots.h. pre: owners have their names */
struct holder_roots look_holder_roots(const struct look *look, const uint64_t *may_be_jvms);
/* What is known of the Java heap and its classes. pre: owners are named. False: there is no memory. */
bool look_fill_java(struct look *look, struct owners_result *result);
/* Names and figures of all owners; who holds the objects of the largest classes; then their order. */
bool look_fill(struct look *look, struct owners_result *result);
struct inspect_verdict look_climb(struct look *look, struct owners_result *result);
bool look_order(struct look *look, struct owners_result *result);

#endif
