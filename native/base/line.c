/* SPDX-License-Identifier: MIT */
#include "line.h"

#include "raw_file.h"

#include <errno.h>
#include <unistd.h>

static void add_char(struct line *line, char character) {
    /* One byte stays for the newline and one for the NUL. */
    if (line->length >= sizeof line->text - 2) {
        return;
    }
    line->text[line->length++] = character;
    line->text[line->length] = '\0';
}

static void add_number(struct line *line, uint64_t number, unsigned base) {
    char digits[20]; /* of 2^64 - 1 in decimal */
    size_t count = 0;
    do {
        digits[count++] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number != 0);
    while (count > 0) {
        add_char(line, digits[--count]);
    }
}

void line_begin(struct line *line) {
    line->length = 0;
    line->text[0] = '\0';
}

void line_add(struct line *line, const char *text) {
    for (; *text != '\0'; text++) {
        add_char(line, *text);
    }
}

void line_add_decimal(struct line *line, uint64_t number) {
    add_number(line, number, 10);
}

void line_add_hex(struct line *line, uint64_t number) {
    line_add(line, "0x");
    add_number(line, number, 16);
}

void line_write_to_stderr(struct line *line) {
    int saved_errno = errno;
    line->text[line->length] = '\n';
    size_t written = 0;
    while (written <= line->length) {
        ssize_t result = raw_write(STDERR_FILENO, line->text + written, line->length + 1 - written);
        if (result < 0 && errno == EINTR) {
            continue;
        }
        if (result <= 0) {
            break;
        }
        written += (size_t)result;
    }
    line->text[line->length] = '\0';
    errno = saved_errno;
}
