/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "page.h"

#include "line.h"
#include "own_pid.h"
#include "page_file.h"
#include "page_memory.h"
#include "page_storage.h"
#include "sys_pages.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Clock ticks a second in what the kernel shows (include/asm-generic/param.h), on x86-64 and arm64. */
enum { user_hz = 100 };

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

/* Asked directly, because a library that fakes the time may stand before libc. */
static struct timespec now(clockid_t clock) {
    struct timespec time = {0, 0};
    (void)syscall(SYS_clock_gettime, clock, &time);
    return time;
}

static void fill_header(struct counter_page_header *header, const struct page_settings *settings, uint32_t slot_limit) {
    struct timespec unix_time = now(CLOCK_REALTIME);
    struct timespec since_boot = now(CLOCK_BOOTTIME);
    memset(header, 0, sizeof *header);
    header->version = counter_page_version;
    header->header_bytes = sizeof *header;
    header->page_bytes = counter_page_bytes;
    header->slot_count = counter_slot_count;
    header->slot_bytes = sizeof(struct counter_slot);
    header->cell_count = counter_cell_count;
    header->pid = own_pid();
    header->flags = settings->flags;
    header->created_ticks = (uint64_t)since_boot.tv_sec * user_hz + (uint64_t)since_boot.tv_nsec * user_hz / 1000000000;
    header->created_unix_ms = (int64_t)unix_time.tv_sec * 1000 + unix_time.tv_nsec / 1000000;
    memcpy(header->writer, settings->writer, sizeof header->writer);
    atomic_store_explicit(&header->slot_limit, slot_limit, memory_order_relaxed);
    atomic_store_explicit(&header->ready, 1, memory_order_relaxed);
    atomic_store_explicit(&header->magic, counter_page_magic, memory_order_release);
}

/* What a new page begins with: the header, and `bytes` from the process block on. The rest is zero. */
struct beginning {
    struct counter_page_header header;
    const void *process;
    size_t bytes;
};

static bool write_beginning(const struct page_file *file, const struct beginning *beginning) {
    /* The header last: it says that all is there. */
    return page_file_write(file, sizeof beginning->header, beginning->process, beginning->bytes) &&
           page_file_write(file, 0, &beginning->header, sizeof beginning->header);
}

/* Puts a file in the place of the page. */
static bool replace_by_file(const struct page_settings *settings, const struct beginning *beginning) {
    const char *failure = NULL;
    struct page_file file;
    if (!page_file_create(settings->directory, &file, &failure)) {
        complain(settings, failure);
        return false;
    }
    if (!write_beginning(&file, beginning)) {
        complain(settings, errno == ENOSPC ? "no space for the file" : "cannot write the file");
    } else if (!pages_replace_by_file(counters_page, counter_page_bytes, file.descriptor)) {
        complain(settings, "cannot map the file");
    } else {
        atomic_store_explicit(&page_stored_bytes, pages_round_up(sizeof beginning->header + beginning->bytes),
                              memory_order_relaxed);
        page_file_keep(&file);
        return true;
    }
    page_file_discard(&file);
    return false;
}

static bool can_be_mapped(void) {
    return (uintptr_t)counters_page % pages_size() == 0 && counter_page_bytes % pages_size() == 0;
}

void page_share(const struct page_settings *settings, bool is_untouched) {
    if (settings->off) {
        return;
    }
    int saved_errno = errno;
    if (can_be_mapped()) {
        /* An untouched page is not even looked at: that alone would cost a page fault. */
        uint32_t slots =
            is_untouched ? 0 : atomic_load_explicit(&counters_page->header.slot_limit, memory_order_relaxed);
        struct beginning beginning = {.process = &counters_page->process,
                                      .bytes = is_untouched ? 0 : page_slots_end(slots) - sizeof beginning.header};
        fill_header(&beginning.header, settings, slots);
        (void)replace_by_file(settings, &beginning);
    } else {
        complain(settings, "pages of this kernel are too large");
    }
    errno = saved_errno;
}

bool page_share_anew(const struct page_settings *settings, const int64_t process[counter_cell_count]) {
    struct beginning beginning = {.process = process, .bytes = sizeof counters_page->process};
    fill_header(&beginning.header, settings, 0);
    page_file_forget();
    if (can_be_mapped() && replace_by_file(settings, &beginning)) {
        return true;
    }
    if (!pages_replace_by_private(counters_page, counter_page_bytes)) {
        return false;
    }
    memcpy(counters_page->process.cells, process, sizeof counters_page->process);
    atomic_store_explicit(&page_stored_bytes, counter_page_bytes, memory_order_relaxed);
    return true;
}
