/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SPACES_H
#define OFFHEAP_SPACES_H

#include "vm.h"

struct space_list {
    struct hotspot_space *list;
    size_t count;
    size_t capacity;
    bool is_short; /* there was no memory for more, or there were too many */
};

/* Leaves out what is empty or no range of words. */
void space_list_add(struct space_list *spaces, uint64_t bottom, uint64_t top);
void space_list_add_made(struct space_list *spaces, uint64_t bottom, uint64_t top, uint64_t made);
/* By address; what overlaps a lower one is cut. */
void space_list_sort(struct space_list *spaces);

/* The CollectedHeap; 0: not there yet. */
uint64_t spaces_heap(const struct hotspot *vm);

/* All that is reserved, where a collector does not tell what of it is in use. */
void spaces_add_reserved(const struct hotspot *vm, struct space_list *spaces);

/* Each collector's (gc/<collector>/). */
void spaces_read_serial(const struct hotspot *vm, struct space_list *spaces);
void spaces_read_parallel(const struct hotspot *vm, struct space_list *spaces);
void spaces_read_epsilon(const struct hotspot *vm, struct space_list *spaces);
void spaces_read_g1(const struct hotspot *vm, struct space_list *spaces);
void spaces_read_shenandoah(const struct hotspot *vm, struct space_list *spaces);
/* Keeps what of its pages references are told by. */
void spaces_read_z(struct hotspot *vm, struct space_list *spaces);

/* Takes out what threads have for objects that are yet to come: it has what died there. pre: sorted */
void spaces_cut_buffers(const struct hotspot *vm, struct space_list *spaces);

#endif
