/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "page.h"

#include "line.h"
#include "page_file.h"
#include "self_stat.h"
#include "sys_pages.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* MAP_FIXED needs the alignment of the kernel's pages; x86-64 linkers do not promise more than 4 KiB on older systems.
 */
#if defined(__x86_64__)
#define page_memory_alignment 4096
#else
#define page_memory_alignment counter_page_granule
#endif

_Alignas(page_memory_alignment) union page_memory page_memory;

static_assert(sizeof page_memory == counter_page_bytes, "the file covers the object and nothing else");

static void complain(const struct page_settings *settings, const char *what) {
    if (!settings->verbose) {
        return;
    }
    struct line line;
    line_begin(&line);
    line_add(&line, "offheap ");
    line_add(&line, settings->writer);
    line_add(&line, ": counters are not shared: ");
    line_add(&line, what);
    line_add(&line, ", errno ");
    line_add_decimal(&line, (uint64_t)errno);
    line_write_to_stderr(&line);
}

static void fill_header(const char *writer) {
    struct counter_page_header *header = &counters_page->header;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    header->version = counter_page_version;
    header->header_bytes = sizeof *header;
    header->page_bytes = counter_page_bytes;
    header->slot_count = counter_slot_count;
    header->slot_bytes = sizeof(struct counter_slot);
    header->cell_count = counter_cell_count;
    header->pid = getpid();
    header->start_time_ticks = self_start_time_ticks();
    header->created_unix_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    strncpy(header->writer, writer, sizeof header->writer - 1);
    atomic_store_explicit(&header->ready, 0, memory_order_relaxed);
    atomic_store_explicit(&header->magic, counter_page_magic, memory_order_release);
}

void page_share(const struct page_settings *settings) {
    if (settings->off) {
        return;
    }
    int saved_errno = errno;
    struct counter_page *page = counters_page;
    if ((uintptr_t)page % pages_size() != 0 || counter_page_bytes % pages_size() != 0) {
        complain(settings, "pages of this kernel are too large");
        return;
    }
    fill_header(settings->writer);
    page->header.flags = settings->flags;
    uint32_t slots = atomic_load_explicit(&page->header.slot_limit, memory_order_relaxed);
    size_t used = offsetof(struct counter_page, slots) + slots * sizeof(struct counter_slot);
    const char *failure = NULL;
    struct page_file file;
    if (!page_file_create(settings->directory, &file, &failure)) {
        complain(settings, failure);
    } else if (!page_file_write(&file, page, used)) {
        complain(settings, "cannot write the file");
        page_file_discard(&file);
    } else if (!pages_replace_by_file(page, counter_page_bytes, file.descriptor)) {
        complain(settings, "cannot map the file");
        page_file_discard(&file);
    } else {
        atomic_store_explicit(&page->header.ready, 1, memory_order_release);
        page_file_keep(&file);
    }
    errno = saved_errno;
}

bool page_unshare(void) {
    page_file_forget();
    return pages_replace_by_private(counters_page, counter_page_bytes);
}
