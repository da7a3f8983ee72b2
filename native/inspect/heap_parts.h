/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HEAP_PARTS_H
#define OFFHEAP_HEAP_PARTS_H

/*
 * A long heap, which is one chain, in parts that are walked at the same time. Each but the first begins where a chunk
 * seems to (chunk_places.h). What is told of the heap is what one walk along all of it would have told: a part counts
 * where the walk of the one before has arrived at its first chunk, and where it has not, that walk goes on. Only when
 * time is up a part counts by what it was found by, as a walk does that has lost the chain.
 */

#include "walk_task.h"

enum { heap_part_limit = 48 }; /* a heap: 5 MiB of this process's memory, and three times that if all are held */

struct heap_part {
    uint64_t from;
    struct walk_task *task; /* that has walked it, was held or was cut; NULL: it was not walked */
};

struct divided_heap {
    const struct heap *heap;
    struct page_bits bits;
    struct heap_part *parts;
    size_t count;
};

/*
 * Divides a heap into up to `most` parts. count is 0 where that is of no use: it is short, or few chunks begin in it.
 * *divided is for heap_parts_free() whatever the verdict.
 */
struct inspect_verdict heap_parts_divide(const struct target *target, const struct glibc_heaps *heaps,
                                         const struct heap *heap, size_t most, struct divided_heap *divided);
void heap_parts_free(struct divided_heap *divided);

/* Where the part at an index begins and ends. */
struct walk_place heap_parts_place(const struct divided_heap *divided, size_t index);

/* What was found of a heap, whole or in parts. */
struct heap_findings {
    bool has_end; /* its top or a fence was found */
    uint64_t end;
    struct tally *tally; /* its candidates are those of the first part */
    struct foreign_gaps *gaps;
    struct block_list *blocks;
};

/*
 * Puts the parts together, and walks on where one does not lead to the next, for as long as there is time. False: no
 * part was walked, or not all of them and the heap is not the main arena's. pre: nothing walks any more
 */
bool heap_parts_join(struct divided_heap *divided, const struct target *target, const struct deadline *deadline,
                     struct inspect_verdict *verdict, struct heap_findings *findings);

#endif
