/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_Z_HEAP_H
#define OFFHEAP_Z_HEAP_H

/*
 * ZGC's view of its heap (gc/z/zAddress.hpp; gc/x/ is the one without generations in 21). An object has an offset;
 * without generations it is mapped at up to three addresses, and a reference is one of them; with generations it has
 * one address, and a reference is that address behind colours.
 */

#include "vm_tables.h"

#include <stdbool.h>

enum { z_views = 3 };

/* A page whose objects have moved, and where to (zForwarding.hpp). */
struct z_forwarding {
    uint64_t start; /* offsets */
    uint64_t end;
    uint64_t entries; /* address of its table, which has `length`, a power of two */
    uint64_t length;
    unsigned alignment_shift;
};

/* Where a page is mapped such that its memory is present there. */
struct z_page {
    uint64_t start; /* offsets */
    uint64_t end;
    uint64_t base;
};

struct z_heap {
    bool is_there;
    bool has_generations;
    char prefix;                      /* of its names: Z or X */
    uint64_t heap;                    /* address of the ZHeap */
    uint64_t offset_mask;             /* of a reference */
    uint64_t bad_mask;                /* of a reference that may be to where an object was; as of the last refresh */
    struct z_forwarding *forwardings; /* by start */
    size_t forwarding_count;
    size_t forwarding_capacity;
    struct z_page *pages; /* by start; as of the last list of spaces */
    size_t page_count;
    size_t page_capacity;
};

void z_heap_read(const struct vm_tables *tables, struct vm_memory *memory, bool is_generational,
                 uint64_t collected_heap, struct z_heap *z);
/* Reads what changes: which references are stale, and what has moved. */
void z_heap_refresh(const struct vm_tables *tables, struct vm_memory *memory, struct z_heap *z);
void z_heap_free(struct z_heap *z);

/* Of a name that has % for its prefix: "%Page::_top". */
uint64_t z_offset(const struct vm_tables *tables, const struct z_heap *z, const char *name);
/* log2 of the bytes that a place of its tables stands for. */
unsigned z_granule_shift(const struct vm_tables *tables, const struct z_heap *z);
/* The address in a view, the remapped one where there are several. */
static inline uint64_t z_view(const struct z_heap *z, unsigned view) {
    return (z->offset_mask + 1) << (z->has_generations ? 0 : view);
}
enum { z_remapped = 2 };

/* Each place that is not empty of a ZGranuleMap (zGranuleMap.hpp), which is sparse: `take` gets its number. */
typedef void take_granule(void *to, uint64_t index, uint64_t value);
void z_each_granule(const struct vm_tables *tables, struct vm_memory *memory, const struct z_heap *z, uint64_t map,
                    take_granule *take, void *to);

/* What has moved, and where to. */
void z_forwardings_read(const struct vm_tables *tables, struct vm_memory *memory, struct z_heap *z);

/* What is mapped of the page with that offset; the remapped view where none is known. */
uint64_t z_base_of(const struct z_heap *z, uint64_t offset);

/* Where an object is that was at that offset; the same where it has not moved. */
uint64_t z_forward(struct vm_memory *memory, const struct z_heap *z, uint64_t offset);

/* The offset that a stored reference means; false: none. */
bool z_offset_of(struct vm_memory *memory, const struct z_heap *z, uint64_t word, uint64_t *offset);

#endif
