/* SPDX-License-Identifier: MIT */
#include "fatal.h"

#include "line.h"

#include <stdint.h>
#include <stdlib.h>

void fatal_block(const char *writer, const char *function, const void *address, const char *reason) {
    struct line line;
    line_begin(&line);
    line_add(&line, "offheap ");
    line_add(&line, writer);
    line_add(&line, ": ");
    line_add(&line, function);
    line_add(&line, "(");
    line_add_hex(&line, (uintptr_t)address);
    line_add(&line, "): ");
    line_add(&line, reason);
    line_write_to_stderr(&line);
    abort();
}
