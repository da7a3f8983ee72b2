/* SPDX-License-Identifier: MIT */
/*
 * The readers of the kernel's text, over any bytes: the list of mappings as the inspector reads it, and smaps, statm
 * and a cgroup's number as the sampler does. What is read must not depend on the pieces in which it comes, and a
 * mapping that is found must hold the address. The input: bytes of a piece, then the text.
 */
#define _GNU_SOURCE
#include "proc_maps.h"
#include "proc_memory.h"
#include "smaps_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *maps_text;
static size_t maps_bytes;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
FILE *fuzz_fopen(const char *path, const char *mode);

/* In the place of fopen: whatever the path, the input. */
FILE *fuzz_fopen(const char *path, const char *mode) {
    (void)path;
    (void)mode;
    return fmemopen((void *)(uintptr_t)maps_text, maps_bytes, "r");
}

static void check_found(const struct proc_maps *maps, uint64_t address) {
    const struct mapping *found = proc_maps_find(maps, address);
    if (found != NULL && (found->start > address || found->end <= address)) {
        abort();
    }
    if (proc_maps_is_writable(maps, address) && (found == NULL || !found->writable)) {
        abort();
    }
}

static void read_maps(const char *text, size_t bytes) {
    static const struct deadline endless = {.until_ns = UINT64_MAX};
    struct proc_maps maps;
    maps_text = text;
    maps_bytes = bytes;
    struct inspect_verdict verdict = proc_maps_read(1, &endless, &maps);
    if (verdict.status != inspect_ok) {
        abort();
    }
    for (size_t index = 0; index < maps.count; index++) {
        const struct mapping *mapping = &maps.list[index];
        if (mapping->start >= mapping->end || mapping->kind > mapping_other) {
            abort();
        }
        check_found(&maps, mapping->start);
        check_found(&maps, mapping->end);
    }
    check_found(&maps, 0);
    check_found(&maps, UINT64_MAX);
    proc_maps_free(&maps);
}

static struct smaps_sums sums_in_pieces(const char *text, size_t bytes, size_t piece) {
    static const struct address_range ranges[] = {{0, 0x7f0000000000}, {0x7f8000000000, UINT64_MAX}};
    struct smaps_parser parser = {.ranges = ranges, .range_count = 2};
    for (size_t at = 0; at < bytes; at += piece) {
        smaps_parser_feed(&parser, text + at, bytes - at < piece ? bytes - at : piece);
    }
    return parser.sums;
}

static bool are_equal(const struct smaps_sums *one, const struct smaps_sums *other) {
    return one->rss_bytes == other->rss_bytes && one->hugetlb_bytes == other->hugetlb_bytes &&
           one->anonymous_bytes == other->anonymous_bytes && one->swap_bytes == other->swap_bytes &&
           one->rss_in_ranges_bytes == other->rss_in_ranges_bytes && one->is_complete == other->is_complete;
}

/* Each piece but the last is full, and names what it has. */
static void read_mappings(int file) {
    static double rows[smaps_piece_mappings * smaps_field_count];
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    struct smaps_reader *reader = smaps_reader_open(path, UINT64_MAX);
    struct smaps_piece piece;
    if (reader == NULL) {
        abort();
    }
    do {
        if (!smaps_reader_next(reader, rows, &piece) || piece.mappings > smaps_piece_mappings ||
            piece.names > smaps_piece_names || piece.ends[piece.names - 1] != piece.text_bytes) {
            abort();
        }
        for (size_t index = 0; index < piece.mappings; index++) {
            const double *row = rows + index * smaps_field_count;
            if (row[smaps_perms] >= (double)piece.names || row[smaps_path] >= (double)piece.names ||
                row[smaps_flags] >= (double)piece.names) {
                abort();
            }
        }
    } while (piece.mappings == smaps_piece_mappings);
    smaps_reader_close(reader);
}

static void read_as_file(const char *text, size_t bytes) {
    int file = memfd_create("text", MFD_CLOEXEC);
    if (file < 0 || pwrite(file, text, bytes, 0) != (ssize_t)bytes) {
        abort();
    }
    struct smaps_parser parser = {0};
    uint64_t number = 0;
    if (read_smaps(file, &parser) != parser.sums.is_complete) {
        abort();
    }
    if (read_statm(file, 4096, &number) && number % 4096 != 0) {
        abort();
    }
    (void)read_number(file, &number);
    read_mappings(file);
    close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    if (bytes < 2) {
        return 0;
    }
    const char *text = (const char *)data + 1;
    size_t text_bytes = bytes - 1;
    struct smaps_sums whole = sums_in_pieces(text, text_bytes, text_bytes);
    struct smaps_sums pieces = sums_in_pieces(text, text_bytes, 1 + data[0] % 64);
    if (!are_equal(&whole, &pieces)) {
        abort();
    }
    read_maps(text, text_bytes);
    read_as_file(text, text_bytes);
    return 0;
}
