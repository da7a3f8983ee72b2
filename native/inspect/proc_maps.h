/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PROC_MAPS_H
#define OFFHEAP_PROC_MAPS_H

/* /proc/PID/maps (proc_pid_maps(5)) as an array, in order of address. */

#include "deadline.h"

#include <stddef.h>
#include <sys/types.h>

enum { mapping_limit = 1 << 21 }; /* read of one process: 64 MiB of struct mapping */

enum mapping_kind {
    mapping_anonymous, /* no file, no name or one that was given by prctl, or hugetlb pages */
    mapping_brk,       /* [heap] */
    mapping_libc,      /* libc.so.6 or libc-2.NN.so */
    mapping_program,   /* the executable */
    mapping_other,
};

struct mapping {
    uint64_t start;
    uint64_t end;
    enum mapping_kind kind;
    bool writable; /* and readable and private */
};

/* Where mmap gives malloc, or anybody, memory of their own. */
static inline bool mapping_is_anonymous(const struct mapping *mapping) {
    return mapping->writable && mapping->kind == mapping_anonymous;
}

struct proc_maps {
    struct mapping *list;
    size_t count;
    bool has_libc;
};

/* pre: proc_maps_free() is called, whatever the verdict */
struct inspect_verdict proc_maps_read(pid_t pid, const struct deadline *deadline, struct proc_maps *maps);
void proc_maps_free(struct proc_maps *maps);

/* The mapping that holds the address; NULL when none does. */
const struct mapping *proc_maps_find(const struct proc_maps *maps, uint64_t address);

/* Whether it lies in memory that the program can write and that is private to it: where heaps are. */
bool proc_maps_is_writable(const struct proc_maps *maps, uint64_t address);

/* By the path or the name that the kernel gives it; empty: none. */
enum mapping_kind proc_maps_kind_of(const char *name);

/* Adds one, whose address is behind the last. *capacity: 0 at first. */
struct inspect_verdict proc_maps_append(struct proc_maps *maps, size_t *capacity, const struct mapping *mapping);

/* One line into a mapping; false when it is none. */
bool proc_maps_parse_line(const char *line, struct mapping *mapping);

#endif
