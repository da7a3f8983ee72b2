/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_CORE_LOOK_H
#define OFFHEAP_CORE_LOOK_H

/* All that a core file tells but malloc's heaps: whose it is, its threads, and its mappings with what of them it has.
 */

#include "core_file.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { core_flags_unknown = -1, core_no_path = -1 };

struct core_look_mapping {
    uint64_t start;
    uint64_t end;
    uint64_t dumped;      /* bytes from `start` on that the core file has */
    uint64_t dumped_at;   /* where in the core file */
    uint64_t filled;      /* of them, by core_file_visit(); as many as `dumped` where there was no time to look */
    uint64_t path_offset; /* in the mapped file */
    int32_t flags;        /* PF_R, PF_W, PF_X; core_flags_unknown: only the list of mapped files has it */
    int32_t path;         /* index of `paths`, or core_no_path */
};

struct core_look {
    struct core_file core;
    struct core_look_mapping *mappings; /* in order of address */
    size_t mapping_count;
    const char **paths; /* each once for a run of mappings of the same file; in core.text */
    size_t path_count;
    const char *program; /* NULL: not told */
    bool is_counted;     /* all of `filled` */
};

/* Within budget_ms of processor time; what is left of it when `filled` is counted is not used up. On failure *look
 * needs no core_look_free(). */
struct inspect_verdict core_look_read(const char *path, uint64_t budget_ms, const int32_t *cancelled,
                                      struct core_look *look);
void core_look_free(struct core_look *look);

#ifdef __cplusplus
}
#endif

#endif
