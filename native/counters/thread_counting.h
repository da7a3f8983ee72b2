/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_THREAD_COUNTING_H
#define OFFHEAP_THREAD_COUNTING_H

#include "compiler.h"
#include "counter_page.h"

#include <stdbool.h>

/* How the calling thread counts. Zero in a new thread but for untold_usable. */
struct thread_counting {
    struct counter_slot *slot; /* NULL: not claimed yet, or `slotless` */
    bool slotless; /* counts into the process block: no slot was free, or the thread has already given its slot back */
    uint16_t untold_usable;   /* what has changed of them since, in units of 2 bytes from 32,768 on */
    counter_cell told_usable; /* the slot's live usable bytes when process_level.c was told them */
};
#define untold_nothing ((uint16_t)32768)
extern HIDDEN THREAD_LOCAL struct thread_counting thread_counting;

/* True in a child of a fork that could not leave its parent's page: it counts nothing. */
extern HIDDEN bool counting_is_off;

#endif
