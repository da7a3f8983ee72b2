/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PROCESS_LEVEL_H
#define OFFHEAP_PROCESS_LEVEL_H

#include <stdint.h>

/*
 * Live bytes of the whole process at every moment, for the sake of their peaks: threads' own levels cannot tell what
 * their sum was at its highest. The only atomic read-modify-write of a call.
 */

void process_levels_add(int64_t requested, int64_t mapped);

/* In the child of a fork: what its page starts with. */
void process_levels_set(int64_t requested, int64_t mapped);

#endif
