/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_LINE_H
#define OFFHEAP_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One line of text put together in a fixed buffer, without malloc, stdio or locale. What does not fit is cut off. It is
 * small, since it may be on a small stack. */
struct line {
    size_t length;
    char text[256];
};

void line_begin(struct line *line);
void line_add(struct line *line, const char *text);
void line_add_decimal(struct line *line, uint64_t number);
/* With 0x in front. */
void line_add_hex(struct line *line, uint64_t number);
/* Ends the line with a newline and writes it to stderr in one write(2) where the kernel takes it in one. Keeps errno;
 * errors are ignored. */
void line_write_to_stderr(struct line *line);

#endif
