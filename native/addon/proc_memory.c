/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE // Not _GNU_SOURCE: newer glibc then gives sscanf and strtoull names that older ones lack.
#include "proc_memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { short_file_bytes = 256, smaps_piece_bytes = 32768, bytes_per_kib = 1024, hexadecimal = 16 };

/* Reads a short file whole; false when nothing came. NUL-terminated. */
static bool read_short(int descriptor, char text[short_file_bytes]) {
    ssize_t bytes = pread(descriptor, text, short_file_bytes - 1, 0);
    text[bytes > 0 ? bytes : 0] = '\0';
    return bytes > 0;
}

bool parse_statm_rss_pages(const char *text, uint64_t *pages) {
    char *end = NULL;
    (void)strtoull(text, &end, 10);
    if (end == text || *end != ' ') {
        return false;
    }
    const char *second = end;
    *pages = strtoull(second, &end, 10);
    return end != second;
}

bool read_statm(int descriptor, uint64_t page_bytes, uint64_t *rss_bytes) {
    char text[short_file_bytes];
    uint64_t pages = 0;
    if (!read_short(descriptor, text) || !parse_statm_rss_pages(text, &pages) || pages == 0) {
        return false;
    }
    *rss_bytes = pages * page_bytes;
    return true;
}

bool read_number(int descriptor, uint64_t *number) {
    char text[short_file_bytes];
    if (!read_short(descriptor, text) || !isdigit((unsigned char)text[0])) {
        return false;
    }
    *number = strtoull(text, NULL, 10);
    return true;
}

/* "7f0a-7f0b rw-p …": only the first line of a mapping begins with a lower-case hexadecimal digit. */
static void take_header(struct smaps_parser *parser, const char *line) {
    uint64_t start = strtoull(line, NULL, hexadecimal);
    parser->in_range = false;
    for (size_t index = 0; index < parser->range_count; index++) {
        const struct address_range *range = &parser->ranges[index];
        parser->in_range |= start >= range->start && start < range->end;
    }
}

static bool take_field(const char *line, const char *name, uint64_t *bytes) {
    size_t length = strlen(name);
    if (strncmp(line, name, length) != 0) {
        return false;
    }
    *bytes = strtoull(line + length, NULL, 10) * bytes_per_kib;
    return true;
}

/* Resident, of whatever size of page. */
static void add_resident(struct smaps_parser *parser, uint64_t bytes) {
    parser->sums.rss_bytes += bytes;
    parser->sums.rss_in_ranges_bytes += parser->in_range ? bytes : 0;
}

/* Of the 25 lines of a mapping five are wanted: their first letters leave out most of the others. */
static void take_line(struct smaps_parser *parser, const char *line) {
    uint64_t bytes = 0;
    struct smaps_sums *sums = &parser->sums;
    char first = line[0];
    if (first == 'R') {
        if (take_field(line, "Rss:", &bytes)) {
            add_resident(parser, bytes);
            sums->is_complete = true;
        }
    } else if (first == 'A') {
        sums->anonymous_bytes += take_field(line, "Anonymous:", &bytes) ? bytes : 0;
    } else if (first == 'P' || first == 'S') {
        if (take_field(line, "Private_Hugetlb:", &bytes) || take_field(line, "Shared_Hugetlb:", &bytes)) {
            add_resident(parser, bytes);
            sums->hugetlb_bytes += bytes;
        } else if (take_field(line, "Swap:", &bytes)) {
            sums->swap_bytes += bytes;
        }
    } else if (isdigit((unsigned char)first) || (first >= 'a' && first <= 'f')) {
        take_header(parser, line);
    }
}

static void take_begun(struct smaps_parser *parser) {
    parser->line[parser->line_bytes] = '\0';
    take_line(parser, parser->line);
    parser->line_bytes = 0;
}

/* Of a line in several pieces, or of one that is cut. */
static void begin_line(struct smaps_parser *parser, const char *text, size_t bytes) {
    size_t room = sizeof parser->line - 1 - parser->line_bytes;
    size_t taken = bytes < room ? bytes : room;
    memcpy(parser->line + parser->line_bytes, text, taken);
    parser->line_bytes += taken;
}

void smaps_parser_feed(struct smaps_parser *parser, const char *text, size_t bytes) {
    const char *end = text + bytes;
    const char *newline = NULL;
    while ((newline = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        begin_line(parser, text, (size_t)(newline - text));
        take_begun(parser);
        text = newline + 1;
    }
    begin_line(parser, text, (size_t)(end - text));
}

bool read_smaps(int descriptor, struct smaps_parser *parser) {
    char piece[smaps_piece_bytes];
    off_t offset = 0;
    ssize_t bytes = 0;
    while ((bytes = pread(descriptor, piece, sizeof piece, offset)) > 0) {
        smaps_parser_feed(parser, piece, (size_t)bytes);
        offset += bytes;
    }
    return bytes == 0 && parser->sums.is_complete;
}
