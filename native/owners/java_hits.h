/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_JAVA_HITS_H
#define OFFHEAP_JAVA_HITS_H

/* Fields of Java objects that hold the address of a block. */

#include "block_graph.h"
#include "heap_scan.h"

struct java_hit {
    uint64_t object;
    uint32_t block;
    uint32_t klass;  /* index */
    uint32_t offset; /* of the field in the object */
    /* It is the block's address, as malloc gave it or behind the header of Native Memory Tracking; else it lies inside.
     */
    bool is_exact;
    bool is_moving; /* a collector has moved the object, or is about to */
    bool is_late;   /* it may be one that was found elsewhere before: heap_scan_moving() */
    bool is_asked;  /* whether the object lives was looked for (look_dead.c) */
    bool is_dead;   /* it does not, and the address may be another's by now */
};

struct java_hits {
    struct java_hit *list;
    size_t count;
    size_t capacity;
    uint64_t missing;   /* that there was no room for */
    uint64_t no_object; /* words in no object that lives: free parts of regions */
    struct heap_sums heap;
};

/* NMT puts a header of so many bytes before each block of the JVM's (src/hotspot/share/services/mallocHeader.hpp). */
enum { nmt_header_bytes = 16 };

/*
 * Of all objects in use, by class, field and object. What lies in arrays of numbers other than long is no address, and
 * what the JVM has put into an object is its own.
 */
struct inspect_verdict java_hits_find(const struct target *target, struct hotspot *vm, const struct block_table *table,
                                      struct java_hits *hits);
struct java_hits_seen {
    bool moving;
    bool late;
};
/* What was added in any order, as java_hits_find() leaves it: by field, without what counts twice or is the JVM's. */
void java_hits_arrange(struct hotspot *vm, struct java_hits_seen seen, struct java_hits *hits);
/* Drops those whose field can be named and is such a one. pre: they are by field */
typedef bool java_field_is(const struct hotspot_field *field);
void java_hits_drop(struct hotspot *vm, java_field_is *is_none, struct java_hits *hits);
/*
 * Of hits among which some objects are where they were and where a collection has moved them: one for each class, field
 * and block. Objects of one class that share a block, as a buffer and its duplicate, are one then as well.
 */
void java_hits_join(struct java_hits *hits);
void java_hits_free(struct java_hits *hits);

#endif
