/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "counter_file.h"

#include "fault_guard.h"
#include "sys_pages.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct counter_verdict verdict(enum counter_status status, const char *what, uint64_t expected, uint64_t found) {
    return (struct counter_verdict){status, what, expected, found};
}

static struct counter_verdict system_error(const char *what) {
    return verdict(counter_system_error, what, 0, (uint64_t)errno);
}

static struct counter_verdict cut_while_open(const struct counter_file *file) {
    return verdict(counter_truncated, "page bytes", file->bytes, 0);
}

struct check_work {
    const struct counter_file *file;
    struct counter_info *info;
    struct counter_verdict verdict;
};

static void check(void *context) {
    struct check_work *work = context;
    work->verdict = counter_check(work->file->page, work->file->bytes);
    if (work->verdict.status == counter_ok) {
        counter_read_info(work->file->page, work->info);
    }
}

static struct counter_verdict map_and_check(int descriptor, size_t bytes, struct counter_file *file,
                                            struct counter_info *info) {
    /* A file that is too long is as good as one of the right size. */
    file->bytes = bytes < counter_page_bytes ? bytes : counter_page_bytes;
    file->page = pages_map_file(descriptor, file->bytes);
    if (file->page == NULL) {
        return system_error("mmap");
    }
    struct check_work work = {.file = file, .info = info};
    if (!fault_guard_run(file->page, file->bytes, check, &work)) {
        work.verdict = cut_while_open(file);
    }
    if (work.verdict.status != counter_ok) {
        counter_file_close(file);
    }
    return work.verdict;
}

static struct counter_verdict check_descriptor(int descriptor, struct counter_file *file, struct counter_info *info) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return system_error("fstat");
    }
    if (!S_ISREG(status.st_mode)) {
        return verdict(counter_foreign, "file type", S_IFREG, status.st_mode & S_IFMT);
    }
    if (status.st_size == 0) {
        return counter_check(NULL, 0);
    }
    return map_and_check(descriptor, (size_t)status.st_size, file, info);
}

struct counter_verdict counter_file_open(const char *path, struct counter_file *file, struct counter_info *info) {
    /* O_NONBLOCK: opening a FIFO that nobody writes would wait for ever. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        return system_error("open");
    }
    struct counter_verdict result = check_descriptor(descriptor, file, info);
    close(descriptor);
    return result;
}

void counter_file_close(struct counter_file *file) {
    (void)pages_unmap_file(file->page, file->bytes);
    file->page = NULL;
    file->bytes = 0;
}

struct sum_work {
    const struct counter_page *page;
    int64_t *sum;
    struct counter_verdict verdict;
};

static void sum_guarded(void *context) {
    struct sum_work *work = context;
    work->verdict = counter_read_sum(work->page, work->sum);
}

struct counter_verdict counter_file_sum(const struct counter_file *file, int64_t sum[counter_cell_count]) {
    struct sum_work work = {.page = file->page, .sum = sum};
    return fault_guard_run(file->page, file->bytes, sum_guarded, &work) ? work.verdict : cut_while_open(file);
}

struct cell_work {
    const struct counter_page *page;
    unsigned cell;
    int64_t *value;
    struct counter_verdict verdict;
};

static void read_cell_guarded(void *context) {
    struct cell_work *work = context;
    work->verdict = counter_read_cell(work->page, work->cell, work->value);
}

struct counter_verdict counter_file_cell(const struct counter_file *file, unsigned cell, int64_t *value) {
    struct cell_work work = {.page = file->page, .cell = cell, .value = value};
    return fault_guard_run(file->page, file->bytes, read_cell_guarded, &work) ? work.verdict : cut_while_open(file);
}

struct thread_work {
    const struct counter_page *page;
    uint32_t index;
    struct counter_thread *thread;
    bool found;
    struct counter_verdict verdict;
};

static void find_thread_guarded(void *context) {
    struct thread_work *work = context;
    uint32_t slots = 0;
    work->verdict = counter_recheck(work->page, &slots);
    while (work->verdict.status == counter_ok && work->index < slots && !work->found) {
        work->found = counter_read_thread(work->page, work->index++, work->thread);
    }
}

struct counter_verdict counter_file_next_thread(const struct counter_file *file, uint32_t *index,
                                                struct counter_thread *thread, bool *found) {
    struct thread_work work = {.page = file->page, .index = *index, .thread = thread};
    if (!fault_guard_run(file->page, file->bytes, find_thread_guarded, &work)) {
        return cut_while_open(file);
    }
    *index = work.index;
    *found = work.found;
    return work.verdict;
}
