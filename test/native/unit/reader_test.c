/* SPDX-License-Identifier: MIT */
#include "../readable_header.h"
#include "check.h"
#include "counter_file.h"
#include "counter_reader.h"
#include "fault_guard.h"
#include "page_memory.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static union page_memory page;

static void make_header(void) {
    struct counter_page_header *header = &page.page.header;
    make_readable_header(header);
    header->pid = 42;
    memset(header->writer, 'w', sizeof header->writer); /* no NUL */
}

static void make_page(void) {
    memset(&page, 0, sizeof page);
    make_header();
}

static void test_a_page(void) {
    make_page();
    CHECK(counter_check(&page, sizeof page).status == counter_ok);
    struct counter_info info;
    counter_read_info(&page.page, &info);
    CHECK(info.pid == 42 && strlen(info.writer) == sizeof page.page.header.writer);
    memcpy(page.page.header.writer, "name\n...", 9);
    counter_read_info(&page.page, &info);
    CHECK(strcmp(info.writer, "name") == 0);
    CHECK(counter_check(&page, sizeof page - 1).status == counter_truncated);
    CHECK(counter_check(&page, 20).status == counter_truncated);
    CHECK(counter_check(NULL, 0).status == counter_not_ready);
}

/* Two mallocs of 100 and 200 bytes, a calloc of 100; one free of 100, one of NULL. */
static void test_cells_become_values(void) {
    make_page();
    counter_cell *cells = page.page.slots[0].block.cells;
    page.page.slots[0].state = counter_slot_used;
    page.page.header.slot_limit = 1;
    cells[counter_total_sizes + 7] = 2;
    cells[counter_total_sizes + 8] = 1;
    cells[counter_calls_calloc] = 1;
    cells[counter_calls_malloc] = -1; /* one of the three blocks came otherwise */
    cells[counter_live_sizes + 7] = -1;
    cells[counter_calls_free] = 1; /* one call without a block */
    int64_t sum[counter_cell_count];
    struct counter_thread thread;
    CHECK(counter_read_sum(&page.page, sum).status == counter_ok && counter_read_thread(&page.page, 0, &thread));
    CHECK(memcmp(sum, thread.cells, sizeof sum) == 0);
    CHECK(sum[counter_calls_malloc] == 2 && sum[counter_calls_calloc] == 1 && sum[counter_calls_free] == 2);
    CHECK(sum[counter_live_sizes + 7] == 1 && sum[counter_live_sizes + 8] == 1 && sum[counter_live_allocations] == 2);
}

static void test_sums(void) {
    int64_t sum[counter_cell_count];
    make_page();
    page.page.process.cells[0] = 1;
    page.page.slots[0].block.cells[0] = 10; /* free: its leftovers do not count */
    page.page.slots[1].block.cells[0] = 100;
    page.page.slots[2].block.cells[0] = 1000; /* beyond the slots in use */
    page.page.slots[1].state = page.page.slots[2].state = counter_slot_used;
    page.page.header.slot_limit = 2;
    CHECK(counter_read_sum(&page.page, sum).status == counter_ok && sum[0] == 101);
    page.page.header.folds_begun = 1;
    CHECK(counter_read_sum(&page.page, sum).status == counter_unsettled && sum[0] == 101);
    page.page.header.slot_limit = counter_slot_count + 1;
    CHECK(counter_read_sum(&page.page, sum).status == counter_invalid);
}

/* Any header: a verdict, and what is accepted can be read. Deterministic; run it under the sanitizers. */
static void test_random_headers(void) {
    int64_t sum[counter_cell_count];
    uint64_t random = 1;
    make_page();
    for (unsigned round = 0; round < 100000; round++) {
        make_header();
        for (unsigned edit = 0; edit < 3; edit++) {
            random = random * UINT64_C(6364136223846793005) + 1;
            page.bytes[(random >> 33) % sizeof page.page.header] = (unsigned char)(random >> 56);
        }
        if (counter_check(page.bytes, sizeof page).status == counter_ok) {
            (void)counter_read_sum(&page.page, sum);
        }
    }
}

static void test_a_file_cut_while_open(void) {
    make_page();
    char path[64];
    int descriptor = memfd_create("page", 0);
    CHECK(descriptor >= 0 && write(descriptor, &page, sizeof page) == (ssize_t)sizeof page);
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    struct counter_file file;
    struct counter_info info;
    int64_t sum[counter_cell_count];
    CHECK(counter_file_open(path, &file, &info).status == counter_ok);
    CHECK(counter_file_sum(&file, sum).status == counter_ok);
    CHECK(ftruncate(descriptor, 0) == 0);
    for (unsigned round = 0; round < 100; round++) {
        CHECK(counter_file_sum(&file, sum).status == counter_truncated);
    }
    counter_file_close(&file);
    CHECK(counter_file_open(path, &file, &info).status == counter_not_ready);
    close(descriptor);
}

int main(void) {
    CHECK(fault_guard_install() && fault_guard_install());
    test_a_page();
    test_cells_become_values();
    test_sums();
    test_random_headers();
    test_a_file_cut_while_open();
    return 0;
}
