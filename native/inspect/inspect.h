/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_INSPECT_H
#define OFFHEAP_INSPECT_H

/*
 * The glibc heaps of a process, read from outside while it runs: nothing is stopped, loaded or written, and only pages
 * that are present are touched. Figures are explained in src/model/inspection.ts and docs/inspector.md. All sizes are
 * bytes.
 */

#include "inspection.h"
#include "remote.h"
#include "verdict.h"

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct inspect_options {
    /*
     * Of processor time, of each thread that walks; wall_factor (deadline.h) times as much may pass. Then walking ends,
     * and heaps that were walked stand for the others. Finding them, and what follows the walk, may take a quarter of
     * it more, or half a second: after that it is inspect_deadline.
     */
    uint64_t budget_ms;
    uint64_t seed;            /* of the choice */
    bool wants_blocks;        /* each block in use: inspection.blocks */
    size_t threads;           /* that walk; 0: as many as there are processors */
    uint64_t part_bytes;      /* of a heap that several of them walk; 0: as walk_all.h has it */
    const int32_t *cancelled; /* set to another value than 0 by another thread it calls the inspection off; or NULL */
};

/* On failure *result needs no inspection_free(). */
struct inspect_verdict inspect_process(pid_t pid, const struct inspect_options *options, struct inspection *result);
/* The same of a process or of a core file, whose figures of residency are those of core_file_visit(). */
struct inspect_verdict inspect_memory(const struct remote *whose, const struct inspect_options *options,
                                      struct inspection *result);
void inspection_free(struct inspection *result);

/* The name that JavaScript knows a status by. */
const char *inspect_status_name(enum inspect_status status);

#ifdef __cplusplus
}
#endif

#endif
