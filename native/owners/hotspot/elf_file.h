/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_ELF_FILE_H
#define OFFHEAP_ELF_FILE_H

/*
 * A library that a process has mapped, and its file. The file may be anything, and may be cut or written meanwhile: it
 * is read by pread, never mapped, and each number in it is bounded.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { elf_segments_most = 16 };

/* A part of the file that is mapped and not written. */
struct elf_segment {
    uint64_t start; /* as the process has it */
    uint64_t end;
    uint64_t file_offset;
};

struct elf_file {
    int descriptor; /* -1: none */
    uint64_t bias;  /* address = bias + the file's */
    struct elf_segment segments[elf_segments_most];
    size_t segment_count;
    uint64_t data_start; /* what it has of writable memory, with its zeroed part; empty: none */
    uint64_t data_end;
};

/* Fills bias, segments and data of a file whose first page the process has at `start`; false where it is no such file.
 */
bool elf_file_segments(struct elf_file *file, uint64_t start);

/* `count` symbols of .dynsym by their names: their addresses in the process, 0: not exported. False: not read. */
bool elf_file_symbols(const struct elf_file *file, const char *const *names, size_t count, uint64_t *addresses);

/* Bytes of what is mapped and never written, from the file; false where a part of it is not such. */
bool elf_file_read(const struct elf_file *file, uint64_t address, void *to, size_t bytes);

#endif
