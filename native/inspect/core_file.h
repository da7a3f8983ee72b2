/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CORE_FILE_H
#define OFFHEAP_CORE_FILE_H

/*
 * A core file of a 64-bit ELF system (elf(5), core(5)), as the kernel (fs/binfmt_elf.c) and gdb's gcore write it. It is
 * a stranger's: each count, size and offset in it is checked against the file and against a bound, nothing of it is
 * mapped, and it may shrink while it is read. A file that was cut short is taken as far as it goes. Sizes are bytes.
 */

#include "deadline.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    core_segment_limit = 1 << 21, /* as many as mappings are read of a process: 80 MiB of struct core_segment */
    core_note_limit = 1 << 20,
    core_thread_limit = 1 << 17,
    core_names_limit = 64 << 20, /* bytes of the list of mapped files; the kernel's own bound is 16 MiB */
    core_command_bytes = 81,     /* pr_psargs, and a NUL */
    core_name_bytes = 17,        /* pr_fname, and a NUL */
};

/* A program header of type PT_LOAD. */
struct core_segment {
    uint64_t start;
    uint64_t end;
    uint64_t offset; /* in the core file, of `start` */
    uint64_t dumped; /* bytes from `start` on that the file has */
    uint32_t flags;  /* PF_R, PF_W and PF_X of elf.h */
};

/* Of the note NT_FILE: what of which file was mapped where. */
struct core_name {
    uint64_t start;
    uint64_t end;
    uint64_t offset;  /* in that file */
    const char *path; /* in core_file.text */
};

struct core_thread {
    uint32_t tid;
    uint64_t stack_pointer;
};

struct core_file {
    int descriptor;
    uint64_t bytes;
    uint64_t missing_bytes; /* of memory that its headers tell and the file has not: it was cut */
    bool is_cut;            /* that, or its headers or notes are not all there */
    bool is_by_kernel;
    bool has_page_holes;           /* the kernel left a hole for each page that was not in memory */
    struct core_segment *segments; /* in order of address, without overlap, of whole pages */
    size_t segment_count;
    struct core_name *names; /* likewise; in the order of addresses */
    size_t name_count;
    char *text;
    struct core_thread *threads; /* the one that had the signal comes first */
    size_t thread_count;
    uint64_t threads_left; /* beyond core_thread_limit */
    uint32_t pid;
    uint32_t signal;
    char command[core_command_bytes];
    char name[core_name_bytes]; /* of the thread that had the signal; a JVM's is that of its program */
    const char *root;    /* the caller's: below which the mapped files are to be looked for; NULL: they are not */
    uint64_t program_at; /* an address in its executable: AT_PHDR; 0 where it is not told */
    uint64_t stack_at;   /* one in the stack of its first thread: AT_RANDOM */
    uint64_t vdso_at;    /* AT_SYSINFO_EHDR */
};

/*
 * inspect_no_core: it is none, or has no memory in it; inspect_other_machine: of another architecture, word or page
 * size than this machine's. On failure there is nothing to close.
 */
struct inspect_verdict core_file_open(const char *path, const struct deadline *deadline, struct core_file *core);
void core_file_close(struct core_file *core);

/* The segment that holds the address; NULL when none does. */
const struct core_segment *core_file_find(const struct core_file *core, uint64_t address);

/* All of it, or false: a part is not in the file. */
bool core_file_read(const struct core_file *core, uint64_t address, void *to, size_t bytes);

/* Bytes of [start, end) that the file has not: of no segment, not written down, or cut off. */
uint64_t core_file_missing(const struct core_file *core, uint64_t start, uint64_t end);

/*
 * What becomes of a run of pages; false: that is enough. Pages count that may have been in memory: those that are in
 * the file and, where it has_page_holes, no hole, else not all zeros. A page of zeros that was in memory is told apart
 * from one that was not by the former alone.
 */
typedef bool core_take_run(void *to, uint64_t start, uint64_t end);
struct inspect_verdict core_file_visit(const struct core_file *core, const struct deadline *deadline, uint64_t start,
                                       uint64_t end, core_take_run *take, void *to);

/* The three that follow are steps of core_file_open(). `offset` and `bytes` are of the file, of any value. */
bool core_file_read_at(const struct core_file *core, uint64_t offset, void *to, size_t bytes);
struct inspect_verdict core_notes_read(struct core_file *core, uint64_t offset, uint64_t bytes,
                                       const struct deadline *deadline);
/* Puts the list of names in order, without overlap. */
void core_notes_sort(struct core_file *core);

#ifdef __cplusplus
}
#endif

#endif
