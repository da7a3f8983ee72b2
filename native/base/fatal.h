/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_FATAL_H
#define OFFHEAP_FATAL_H

#include "compiler.h"

/*
 * Ends the process by abort() after one line on stderr: "offheap WRITER: FUNCTION(ADDRESS): REASON". For misuse that
 * would corrupt memory if the call went on; never for want of memory. Takes no lock and no memory.
 */
COLD NORETURN void fatal_block(const char *writer, const char *function, const void *address, const char *reason);

#endif
