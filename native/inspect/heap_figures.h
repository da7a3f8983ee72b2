/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HEAP_FIGURES_H
#define OFFHEAP_HEAP_FIGURES_H

#include <stdint.h>

/*
 * Every figure of a heap, once: X(unwalked, group, name). The struct, its sums and its names in JavaScript come from
 * this list; src/model/inspection.ts says what each is. Chunk sizes are with the 8-byte header.
 *
 * unwalked says what is known of it where there was no time to walk the heap's chunks:
 *   known      what a walk would have found: the page map tells
 *   estimated  in proportion to resident bytes, from the heaps that were walked
 *   none       0: trouble with one heap says nothing of another
 *
 * group says where it is in JavaScript:
 *   heap           HeapFigures
 *   resident_free  HeapFigures.residentFree
 *   reading        nowhere: it goes into the consistency
 */

/* clang-format off */
/* Expands OFFHEAP_FIGURE, which the includer defines first and undefines afterwards. */
#define OFFHEAP_HEAP_FIGURES \
    OFFHEAP_FIGURE(known, heap, size_bytes) \
    OFFHEAP_FIGURE(known, heap, rss_bytes) \
    OFFHEAP_FIGURE(estimated, heap, live_bytes) \
    OFFHEAP_FIGURE(estimated, heap, live_chunks) \
    OFFHEAP_FIGURE(estimated, heap, free_bytes) \
    OFFHEAP_FIGURE(estimated, heap, free_chunks) \
    OFFHEAP_FIGURE(estimated, resident_free, page_bytes) \
    OFFHEAP_FIGURE(estimated, resident_free, main_top_bytes) \
    OFFHEAP_FIGURE(estimated, resident_free, arena_top_bytes) \
    OFFHEAP_FIGURE(estimated, resident_free, sub_page_bytes) \
    OFFHEAP_FIGURE(estimated, heap, unknown_bytes) \
    OFFHEAP_FIGURE(estimated, heap, fastbin_bytes) \
    OFFHEAP_FIGURE(estimated, heap, tcache_bytes) \
    OFFHEAP_FIGURE(none, heap, unreadable_bytes) \
    OFFHEAP_FIGURE(none, heap, unreadable_rss_bytes) /* what of it is resident */ \
    OFFHEAP_FIGURE(none, heap, estimated_rss_bytes) /* of a heap that was not walked and is estimated */ \
    OFFHEAP_FIGURE(none, reading, doubtful_bytes) /* of chunks whose two boundary tags disagreed; they are counted */
/* clang-format on */

struct heap_figures {
#define OFFHEAP_FIGURE(unwalked, group, name) uint64_t name;
    OFFHEAP_HEAP_FIGURES
#undef OFFHEAP_FIGURE
};

enum figure_of_unwalked { unwalked_known, unwalked_estimated, unwalked_none };
enum figure_group { group_heap, group_resident_free, group_reading };

static inline void heap_figures_add(struct heap_figures *sum, const struct heap_figures *part) {
#define OFFHEAP_FIGURE(unwalked, group, name) sum->name += part->name;
    OFFHEAP_HEAP_FIGURES
#undef OFFHEAP_FIGURE
}

/* Free and resident, whatever gives it back. */
static inline uint64_t heap_figures_resident_free(const struct heap_figures *figures) {
    uint64_t sum = 0;
#define OFFHEAP_FIGURE(unwalked, group, name) sum += group_##group == group_resident_free ? figures->name : 0;
    OFFHEAP_HEAP_FIGURES
#undef OFFHEAP_FIGURE
    return sum;
}

#endif
