/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_PAGE_FILE_H
#define OFFHEAP_PAGE_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The file behind a shared page, of counter_page_bytes. */
struct page_file {
    int descriptor;
    bool named; /* has a path; else it is a memfd */
};

/*
 * A new sparse file in `directory`, or a memfd when that is "": no storage yet, see page_storage.h. On failure *reason
 * says what could not be done, errno why.
 */
bool page_file_create(const char *directory, struct page_file *file, const char **reason);

/* Writes to the file, which has storage there then: up to the end of a page of memory, writing to its mapping cannot
 * fail. */
bool page_file_write(const struct page_file *file, size_t offset, const void *content, size_t bytes);

/* After mapping: a named file's descriptor is closed; a memfd's stays open, at as high a number as the process
 * may have, as the one way for a reader to open it. */
void page_file_keep(struct page_file *file);

/* Closes and removes a file that is not used after all. */
void page_file_discard(struct page_file *file);

/* In the child of a fork: closes the parent's memfd, unless the program has done so and now uses the number for
 * something else. */
void page_file_forget(void);

#endif
