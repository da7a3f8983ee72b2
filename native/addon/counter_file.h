/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_COUNTER_FILE_H
#define OFFHEAP_COUNTER_FILE_H

/* A counter page in a file, mapped read-only: reading it takes no system call and cannot crash, whatever becomes of the
 * file. */

#include "counter_reader.h"

#ifdef __cplusplus
extern "C" {
#endif

struct counter_file {
    const struct counter_page *page;
    size_t bytes;
};

/* Opens and checks a file. Only counter_ok leaves something to close. */
struct counter_verdict counter_file_open(const char *path, struct counter_file *file, struct counter_info *info);
void counter_file_close(struct counter_file *file);

/* The process's values. counter_ok and counter_unsettled fill the array, any other leaves its contents unspecified. */
struct counter_verdict counter_file_sum(const struct counter_file *file, int64_t sum[counter_cell_count]);

/* One cell of them. pre: cell < counter_cell_count */
struct counter_verdict counter_file_cell(const struct counter_file *file, unsigned cell, int64_t *value);

/*
 * The first thread at slot *index or later, and *index moved behind it; *found is false when there is none.
 */
struct counter_verdict counter_file_next_thread(const struct counter_file *file, uint32_t *index,
                                                struct counter_thread *thread, bool *found);

#ifdef __cplusplus
}
#endif

#endif
