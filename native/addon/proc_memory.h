/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PROC_MEMORY_H
#define OFFHEAP_PROC_MEMORY_H

/* Resident memory of one process, from text that the kernel makes. Formats: proc_pid_statm(5), proc_pid_smaps(5). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address_range {
    uint64_t start;
    uint64_t end; /* exclusive */
};

struct smaps_sums {
    uint64_t rss_bytes;     /* with hugetlb_bytes */
    uint64_t hugetlb_bytes; /* pages of hugetlbfs, which the kernel leaves out of its own Rss */
    uint64_t anonymous_bytes;
    uint64_t swap_bytes;
    uint64_t rss_in_ranges_bytes; /* of the mappings that begin in one of the ranges */
    bool is_complete;             /* there was at least one mapping with an Rss line */
};

/* A reader of text that comes in pieces: zeroed before the first one. */
struct smaps_parser {
    const struct address_range *ranges;
    size_t range_count;
    struct smaps_sums sums;
    bool in_range;
    size_t line_bytes;
    char line[128]; /* longer ones, of mappings of a long file name, are cut: what is needed comes first */
};

void smaps_parser_feed(struct smaps_parser *parser, const char *text, size_t bytes);

/* Second number of a statm line, in pages; false when there is none. 0 pages: the process has ended, or is a kernel
 * thread. */
bool parse_statm_rss_pages(const char *text, uint64_t *pages);

/*
 * RSS in bytes from an open /proc/PID/statm; false when the process has ended. The descriptor stays with its process:
 * it never shows another one that has got the pid.
 */
bool read_statm(int descriptor, uint64_t page_bytes, uint64_t *rss_bytes);

/* Reads an open /proc/PID/smaps or smaps_rollup from its beginning into parser->sums; false when the process has ended.
 */
bool read_smaps(int descriptor, struct smaps_parser *parser);

/* The one number in a file such as memory.current, from its beginning; false when it cannot be read. */
bool read_number(int descriptor, uint64_t *number);

#endif
