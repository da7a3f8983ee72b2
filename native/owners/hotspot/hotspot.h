/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HOTSPOT_H
#define OFFHEAP_HOTSPOT_H

/*
 * What a HotSpot JVM, 8 to 25, says of itself, while it runs or in its core file: its classes, heap and threads. By
 * gHotSpotVMStructs (src/hotspot/share/runtime/vmStructs.hpp), which each libjvm.so exports for the serviceability
 * agent. The JVM is not stopped and nothing is loaded into it; only pages that are present are read. What is read may
 * change meanwhile, or lie: every walk ends after a number of steps, and by the target's deadline.
 */

#include "../../inspect/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hotspot;

/*
 * With inspect_ok, *vm stays NULL where the process has no HotSpot that can be read: *why then says so, as a constant
 * string, and is empty otherwise. pre: the target outlives *vm
 */
struct inspect_verdict hotspot_open(const struct target *target, struct hotspot **vm, const char **why);
/*
 * The same, but of its classes, its fields and the layout of its objects nothing is read: in a quarter of the time, and
 * for hotspot_reserved() and hotspot_places() alone.
 */
struct inspect_verdict hotspot_open_places(const struct target *target, struct hotspot **vm, const char **why);
/* NULL is allowed. */
void hotspot_close(struct hotspot *vm);

enum hotspot_collector {
    hotspot_serial,
    hotspot_parallel,
    hotspot_g1,
    hotspot_shenandoah,
    hotspot_z,
    hotspot_epsilon,
    hotspot_cms,
    hotspot_other_gc,
};
enum hotspot_collector hotspot_collector_of(const struct hotspot *vm);
/* A constant: G1, or `other` of one that has no name here. */
const char *hotspot_collector_name(enum hotspot_collector collector);
/* Whether all its classes could be read; a part of its memory may have been swapped out. */
bool hotspot_is_whole(const struct hotspot *vm);
/* The core file does not tell whether it means the libjvm.so by which it was read. */
bool hotspot_is_unchecked(const struct hotspot *vm);
/* Feature release: 8, 17. */
unsigned hotspot_version(const struct hotspot *vm);

/* Which subclass of java.lang.ref.Reference a class is, or inherits from. */
enum hotspot_reference { hotspot_strong, hotspot_soft, hotspot_weak, hotspot_final, hotspot_phantom };

struct hotspot_class {
    uint64_t address;      /* of its Klass */
    uint64_t super;        /* 0: none */
    const char *name;      /* as Java writes it: java.util.Map$Entry, byte[], java.lang.Object[][]; bytes of the JVM */
    int32_t layout_helper; /* oops/klass.hpp */
    uint32_t instance_bytes; /* 0: an array */
    enum hotspot_reference reference;
};

/* Those that were loaded when it was opened. */
size_t hotspot_class_count(const struct hotspot *vm);
/* pre: index < hotspot_class_count() */
const struct hotspot_class *hotspot_class(const struct hotspot *vm, size_t index);
/* Index, by the address of its Klass; SIZE_MAX: none. */
size_t hotspot_class_at(const struct hotspot *vm, uint64_t address);

/* A part of the Java heap that has objects, [bottom, top). */
struct hotspot_space {
    uint64_t bottom;
    uint64_t top;
    uint64_t made; /* another number where its addresses were given out anew (ZGC); 0: that is not told */
};

/*
 * Those in use now, by address, without what threads have taken for objects that are yet to come. *list is grown by
 * realloc, and the caller's to free, whatever the verdict. For ZGC in one view, and what hotspot_oop_address() knows of
 * moved objects is from then.
 */
struct inspect_verdict hotspot_spaces(struct hotspot *vm, struct hotspot_space **list, size_t *count);

/*
 * The bytes of [from, from + bytes) of a space; what is not present reads as zeros. As target_read_sparse(), but for
 * ZGC without generations it looks at the other addresses that the same memory has.
 */
bool hotspot_read(const struct hotspot *vm, uint64_t from, void *to, size_t bytes);

/* Bytes of [from, to) that a core file does not have, at any of the addresses that ZGC gives them. Of the living none.
 */
uint64_t hotspot_missing(const struct hotspot *vm, uint64_t from, uint64_t to);

/*
 * A number that is another one once a collection has begun or ended (CollectedHeap::_total_collections and
 * _is_stw_gc_active, gc/shared/collectedHeap.hpp). Addresses of objects are good as long as it stays the same, but for
 * ZGC's and Shenandoah's, which move some at any time. 0: the JVM does not tell.
 */
uint64_t hotspot_collections(const struct hotspot *vm);

enum { hotspot_reserved_most = 4 };
/* What is reserved for the Java heap, all views of it. At most `most` are told, and their number is returned. */
size_t hotspot_reserved(const struct hotspot *vm, struct hotspot_space *ranges, size_t most);

enum hotspot_place_kind { hotspot_place_heap, hotspot_place_gc, hotspot_place_code, hotspot_place_metaspace };
struct hotspot_place {
    uint64_t start;
    uint64_t end;
    enum hotspot_place_kind kind;
};

/*
 * Where a JVM has reserved its heap and, of JDK 8, its collector's tables, its code and its metaspace, by address
 * and without overlap. Each is read from a structure of the JVM's own; one that contradicts another is left out. *list
 * is grown by realloc, and the caller's to free, whatever the verdict. Nothing for ZGC.
 */
struct inspect_verdict hotspot_places(struct hotspot *vm, struct hotspot_place **list, size_t *count);

struct hotspot_object {
    uint64_t at;
    size_t klass; /* index */
    uint64_t bytes;
    /*
     * Its header points to where it goes: it is the old copy of an object that has moved, or it is about to be moved by
     * a collection of the whole heap, and then there is no other copy yet.
     */
    bool is_moving;
};

/*
 * The object whose body covers the word at `hit`, found by going back in `data`, the bytes of [from, from + bytes) of a
 * space, to a header that proves itself. False: none, or one that is moving. pre: hit is a multiple of 8 and in
 * `data`
 */
bool hotspot_object_at(const struct hotspot *vm, const unsigned char *data, uint64_t from, size_t bytes, uint64_t hit,
                       struct hotspot_object *object);

/* For hits in ascending order, so that a long array is passed over once and not for each of its elements. */
struct hotspot_finder {
    uint64_t limit;             /* end of the space: no object goes on behind it; 0: not known */
    struct hotspot_object last; /* what was found last; its bytes are 0: nothing */
    uint64_t searched_to;       /* no object from before goes on here */
};
/*
 * The same as hotspot_object_at(), but it finds what is moving as well. Such an object counts where the same block is
 * not held by an object of the same class at the same offset that is not. pre: *finder is zeros, or of a lower hit in
 * the same `data`, but for its limit
 */
bool hotspot_object_find(const struct hotspot *vm, struct hotspot_finder *finder, const unsigned char *data,
                         uint64_t from, size_t bytes, uint64_t hit, struct hotspot_object *object);

struct hotspot_field {
    char name[128];
    char owner[256]; /* the class that declares it */
    bool is_static;
    bool is_injected;  /* it holds what is the JVM's own */
    bool is_reference; /* to an object */
};

/* The field of an instance at that offset, which may be inherited; false: none that can be named. */
bool hotspot_field_at(struct hotspot *vm, size_t klass, uint32_t offset, struct hotspot_field *field);
/* The static field of a class by its offset in the class's mirror. */
bool hotspot_static_at(struct hotspot *vm, size_t klass, uint32_t offset, struct hotspot_field *field);
/* The class that an instance of java.lang.Class stands for; SIZE_MAX: none. */
size_t hotspot_mirrored(const struct hotspot *vm, const unsigned char *object_bytes, size_t bytes);
/* Whether instances of the class are such mirrors. */
bool hotspot_is_mirror(const struct hotspot *vm, size_t klass);

/* How references are stored in the heap: width 4, address = base + (v << shift), or 8. */
struct hotspot_oops {
    unsigned width;
    uint64_t base;
    unsigned shift;
};
struct hotspot_oops hotspot_oops_of(const struct hotspot *vm);
/* The address of a stored reference, for ZGC in the view that hotspot_spaces() gives; 0: none. */
uint64_t hotspot_oop_address(const struct hotspot *vm, uint64_t word);

struct hotspot_thread {
    uint64_t address;           /* of the JVM's structure, a block of malloc */
    uint64_t object_bytes_hint; /* of a JavaThread; its subclasses are longer */
    pid_t tid;
    char name[64];
};
/*
 * Whether the JVM's structure for the thread of that number lies at `address`; of one that runs no Java also its name,
 * NamedThread::_name (runtime/nonJavaThread.hpp); empty: it has none, as WatcherThread.
 */
bool hotspot_is_thread(struct hotspot *vm, uint64_t address, pid_t tid, char *name, size_t bytes);
/* Threads that run Java, and the compiler's. *list is grown by realloc, and the caller's to free. */
struct inspect_verdict hotspot_threads(struct hotspot *vm, struct hotspot_thread **list, size_t *count);

#ifdef __cplusplus
}
#endif

#endif
