/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_SELF_STAT_H
#define OFFHEAP_SELF_STAT_H

#include <stddef.h>
#include <stdint.h>

/* When this process started, in clock ticks since boot: field 22 of /proc/self/stat. 0 when /proc does not tell. */
uint64_t self_start_time_ticks(void);

/* Field 22 of the text of a stat file; 0 when it is not there. The second field, a name in parentheses, may hold blanks
 * and parentheses. */
uint64_t parse_start_time_ticks(const char *text, size_t length);

#endif
