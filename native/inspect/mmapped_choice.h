/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_MMAPPED_CHOICE_H
#define OFFHEAP_MMAPPED_CHOICE_H

/*
 * Which of many places that look like blocks of their own mapping are some: words of others may look so too, as method
 * data of a JVM does, but glibc counts its blocks and their bytes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mmapped_candidate {
    uint64_t start;
    uint64_t end;
    bool is_closed; /* where it ends, a mapping ends, or something of malloc begins */
    bool is_taken;  /* out */
};

/* What glibc counts more than was found. */
struct mmapped_missing {
    uint64_t chunks;
    uint64_t bytes;
    bool is_rough; /* the bytes may be some too many */
};

/*
 * Takes all where they are as many and as much as is missing; else the closed ones, and of the others up to three that
 * are to the byte what then is missing. pre: in order of address, no two of the same start
 */
void mmapped_choose(struct mmapped_candidate *list, size_t count, struct mmapped_missing missing);

#endif
