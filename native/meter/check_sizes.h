/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CHECK_SIZES_H
#define OFFHEAP_CHECK_SIZES_H

/*
 * OFFHEAP_METER_CHECK=1: whenever a block comes or goes whose size is read and not asked, malloc_usable_size is asked
 * as well. Where they differ the process ends with a line on stderr; at its end it says there how many sizes were read.
 * For tests, and for whoever doubts the meter in front of an allocator that it has not been tried with.
 */

/* By the constructor, after real_malloc_start(). */
void check_sizes_start(char *const *environment);

#endif
