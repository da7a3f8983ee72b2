/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CORE_BRK_H
#define OFFHEAP_CORE_BRK_H

#include "target.h"

/*
 * Marks what /proc/PID/maps had called [heap], which no core file tells: the memory that glibc's malloc began at, and
 * what follows it without a gap. pre: the target is a core file
 */
void core_brk_mark(struct target *target);

#endif
