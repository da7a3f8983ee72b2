/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_OWNERS_H
#define OFFHEAP_OWNERS_H

/*
 * Who owns each block of malloc in a process that runs or has left a core file: Java objects, threads, libraries,
 * nobody. The process does not stop, nothing is loaded into it, and only pages that are present are read.
 * docs/owners.md explains how, and what the figures are not. All sizes are bytes; a block's is its chunk's, with
 * malloc's header.
 */

#include "../inspect/inspect.h"
#include "hotspot/hotspot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In the order in which they claim. */
enum owner_kind {
    owner_java,    /* a class whose objects hold addresses of blocks */
    owner_jvm,     /* memory of the JVM's own */
    owner_library, /* writable data of the program or a library */
    owner_thread,  /* a thread's stack, its descriptor, and the JVM's structure for it */
    owner_mapped,  /* other memory that the process has mapped */
    owner_nobody,
};

/* Who an owner is that the caller knows of: a library, the JVM, other mappings. */
struct owners_source {
    enum owner_kind kind; /* owner_jvm, owner_library or owner_mapped */
};

struct owners_range {
    uint64_t start;
    uint64_t end;
    uint32_t source; /* index */
};

struct owners_options {
    /*
     * Another allocator than glibc's serves the process. Nobody tells where its blocks are: `ranges` are its memory,
     * and owners are classes whose objects hold addresses in it. Each distinct one counts as a block, and no bytes are
     * known. All other owners are left out.
     */
    bool by_points;
    uint32_t climbs;          /* of how many classes, the largest first, to tell who holds their objects */
    uint64_t budget_ms;       /* of processor time, for reading and following; 0: none */
    const int32_t *cancelled; /* as in inspect.h */
    const struct owners_source *sources;
    size_t source_count;
    uint32_t loader; /* the source that is the dynamic linker: what it knows of each library is its; UINT32_MAX: none */
    const struct owners_range *ranges; /* to be read for pointers to blocks; what is malloc's of them is left out */
    size_t range_count;
};

enum { owner_name_bytes = 256, owner_text_bytes = 160, owner_thread_bytes = 64, owner_examples = 3 };

struct owner {
    enum owner_kind kind;
    uint32_t source;             /* index, or of a thread its tid; of others 0 */
    char name[owner_name_bytes]; /* of a class or a thread; empty: the caller knows it */
    uint64_t objects;            /* of the class, that hold the address of a block; where none does, of its inside */
    uint64_t direct_blocks;      /* to which it points */
    uint64_t direct_bytes;
    uint64_t blocks; /* these, and those that they lead to */
    uint64_t bytes;
    uint64_t shared_blocks; /* of the direct ones, those to which objects of another class point as well */
    uint32_t shared_with;   /* owner that most of these are shared with; UINT32_MAX: none */
};

struct owner_field {
    uint32_t owner;
    char name[owner_text_bytes];
    uint64_t objects;
};

/* Blocks of one owner that begin with the address of one table of virtual functions. */
struct owner_type {
    uint32_t owner;
    uint64_t table;
    const char *symbol; /* of the table: _ZTV and the mangled name of the class; cut where it is long */
    uint64_t blocks;
    uint64_t bytes;
};

/* The JVM's blocks of one category of Native Memory Tracking. */
struct owner_category {
    uint32_t number; /* as block_marks.h has it, without the one */
    uint64_t blocks;
    uint64_t bytes;
};

/* Blocks of nobody, of one size. */
struct owner_size {
    uint64_t bytes; /* of each */
    uint64_t blocks;
    uint64_t examples[owner_examples]; /* addresses of some of them, in order */
    uint32_t example_count;
};

/* In what way objects are held: by an object, by a reference of java.lang.ref, or from outside of the heap. */
enum holder_kind {
    holder_strong,
    holder_soft,
    holder_weak,
    holder_final,
    holder_phantom,
    holder_static,
    holder_thread, /* a thread's stack or its handles */
    holder_jvm,    /* handles of JNI or of the JVM */
};

/* Holders of one class, by one field; of objects of the level below. */
struct holder_group {
    uint32_t owner;
    uint32_t level; /* 1: of the owner's own objects; of those outside of the heap 0 */
    bool is_way;    /* it is a step of the one way up (way_up.h), and what it holds is the step below */
    enum holder_kind kind;
    char name[owner_name_bytes];
    char field[owner_text_bytes]; /* empty: of an array, or not known */
    uint64_t objects;
    uint64_t held; /* objects of the level below that one of them holds */
};

struct owner_climb {
    uint32_t owner;
    uint64_t objects; /* of the owner */
    uint64_t rooted;  /* those to which a static field, a thread or the JVM leads */
    uint64_t waiting; /* those to which none of these does; of the others it is not known: there were too many levels */
    uint32_t levels;
    bool is_cut; /* there was no room to follow all: nothing is known of those that are not rooted */
};

/* A thread's name, by Java or as /proc or the core has it. */
struct owner_thread_name {
    int32_t tid;
    char name[owner_thread_bytes];
};

struct owners_result {
    struct owner_thread_name *thread_names; /* of a core file, of which nobody else tells them */
    size_t thread_name_count;
    /* Those that have a block, or share most of another one's; the largest first, and the last one is nobody. */
    struct owner *owners;
    size_t owner_count;
    struct owner_field *fields;
    size_t field_count;
    struct owner_type *types; /* by owner, the largest first */
    size_t type_count;
    char *type_text;                   /* their symbols */
    struct owner_category *categories; /* that have a block, by number; none: it tracks none */
    size_t category_count;
    struct owner_size *sizes;
    size_t size_count;
    struct holder_group *holders; /* by owner and level, those that hold most first */
    size_t holder_count;
    size_t holder_capacity;
    struct owner_climb *climbs;
    size_t climb_count;
    uint64_t live_blocks; /* all that were found */
    uint64_t live_bytes;
    uint64_t missing_blocks; /* for which there was no room, or whose heap was not read */
    uint64_t unread_bytes;   /* of malloc's heaps: in use or free */
    uint64_t nobodys_first;  /* of the blocks of nobody, those that no other one of nobody points to */
    uint64_t nobodys_first_bytes;
    uint64_t missed_bytes;  /* of memory with pointers, that could not be read */
    uint64_t lost_pointers; /* for which there was no room */
    /* The Java heap. */
    bool has_heap;
    bool is_unchecked;       /* hotspot_is_unchecked() */
    const char *why_no_heap; /* a constant string */
    enum hotspot_collector collector;
    unsigned jdk;
    uint64_t classes;
    uint64_t heap_bytes;
    uint64_t heap_read_bytes;
    uint64_t words_of_no_object; /* that held an address of a block, in no object that lives */
    uint32_t threads;
    uint32_t threads_without_stack; /* that ended at that moment, or whose stack nobody tells */
    uint64_t walk_ms;               /* of finding the blocks, of the Java heap, of following them, of other memory */
    uint64_t heap_ms;
    uint64_t follow_ms;
    uint64_t other_ms;
    uint64_t holders_ms;
};

/* Of a process, or of a core file, which stays open as long. On failure *result needs no owners_free(). */
struct inspect_verdict owners_find(const struct remote *whose, const struct owners_options *options,
                                   struct owners_result *result);
void owners_free(struct owners_result *result);

#ifdef __cplusplus
}
#endif

#endif
