/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CORE_MAPS_H
#define OFFHEAP_CORE_MAPS_H

/* The mappings of a process that has left a core file: its program headers, and the list of mapped files. */

#include "core_file.h"
#include "proc_maps.h"

struct core_mapping {
    uint64_t start;
    uint64_t end;
    const struct core_segment *segment; /* NULL: only the list of files has it, and its permissions are not known */
    const struct core_name *name;       /* NULL: of no file */
    uint64_t dumped;                    /* bytes from `start` on that the core file has */
    uint64_t dumped_at;                 /* where in the core file */
    uint64_t name_offset;               /* in the mapped file */
};

/* Goes through them in order of address. */
struct core_map_reader {
    const struct core_file *core;
    size_t segment;
    size_t name;
    uint64_t at;
};

/* false at the end. Begin with all but `core` zero. */
bool core_map_next(struct core_map_reader *reader, struct core_mapping *mapping);

/* The path of its executable; NULL where the core does not tell. */
const char *core_program(const struct core_file *core);

/*
 * As proc_maps_read(), but for the program break: a core file does not tell which memory is [heap].
 * pre: proc_maps_free() is called, whatever the verdict
 */
struct inspect_verdict core_maps_read(const struct core_file *core, const struct deadline *deadline,
                                      struct proc_maps *maps);

#endif
