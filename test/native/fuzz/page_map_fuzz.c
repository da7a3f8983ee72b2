/* SPDX-License-Identifier: MIT */
/*
 * The readers of page maps, over whatever the kernel may answer: they end, at the latest when they are called off, and
 * set the bits of the pages that they were told of and no other. The input: kind and page range, then words of
 * /proc/PID/pagemap, or the regions that PAGEMAP_SCAN answers with.
 */
#define _GNU_SOURCE
#include "page_map.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { header_input = 4, most_pages = 1024, page = 4096, first_page = 256 };

/* include/uapi/linux/fs.h */
struct region {
    uint64_t start;
    uint64_t end;
    uint64_t categories;
};

static const uint8_t *answers;
static size_t answer_bytes;
static bool told[most_pages];
static uint64_t range_start;
static uint64_t range_end;
static int32_t cancelled;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);
int ioctl(int descriptor, unsigned long request, ...);

static uint8_t next_answer(void) {
    if (answer_bytes == 0) {
        return 0;
    }
    answer_bytes--;
    return *answers++;
}

static void tell(uint64_t start, uint64_t end) {
    for (uint64_t at = start; at < end && at >= range_start && end <= range_end; at += page) {
        told[(at - range_start) / page] = true;
    }
}

/* PAGEMAP_SCAN as a kernel that may say anything: failures, no progress, regions that are outside of what was asked for
 * or end before they start. */
int ioctl(int descriptor, unsigned long request, ...) {
    (void)descriptor;
    va_list arguments;
    va_start(arguments, request);
    uint64_t *argument = va_arg(arguments, uint64_t *);
    va_end(arguments);
    uint8_t kind = next_answer();
    cancelled |= answer_bytes == 0;
    if (kind == 1) {
        errno = ESRCH;
        return -1;
    }
    if (kind == 2 || cancelled) {
        errno = EINTR;
        return -1;
    }
    struct region *regions = (struct region *)(uintptr_t)argument[5];
    int count = kind % 8;
    for (int index = 0; index < count; index++) {
        uint64_t start = (uint64_t)(first_page - 8 + next_answer() * 4) * page;
        uint64_t end = start + (uint64_t)((int)next_answer() - 16) * page;
        regions[index] = (struct region){start, end, 0};
        tell(start, end);
    }
    argument[4] = argument[2] + (uint64_t)(next_answer() % 64) * page;
    return count;
}

static void check(const struct page_bits *bits, bool is_whole) {
    uint64_t present = 0;
    for (uint64_t at = range_start; at < range_end; at += page) {
        bool is_told = told[(at - range_start) / page];
        if (page_bits_has(bits, at) != is_told && (is_whole || !is_told)) {
            abort();
        }
        present += page_bits_has(bits, at) ? page : 0;
    }
    if (page_bits_has(bits, range_start - page) || page_bits_has(bits, range_end) ||
        page_bits_present(bits, 0, UINT64_MAX / 2) != present) {
        abort();
    }
}

static void read_words(struct page_map *map, const uint8_t *data, size_t bytes) {
    map->descriptor = memfd_create("pagemap", MFD_CLOEXEC);
    if (map->descriptor < 0 || pwrite(map->descriptor, data, bytes, first_page * 8) != (ssize_t)bytes) {
        abort();
    }
    for (size_t at = 0; at + 8 <= bytes && at / 8 < (range_end - range_start) / page; at += 8) {
        told[at / 8] = (data[at + 7] & 0x80) != 0;
    }
}

/* The same pages once more, counted and looked for. */
static void check_again(const struct page_map *map, const struct page_bits *bits) {
    uint64_t present;
    uint64_t first;
    if (page_map_count(map, range_start, range_end, &present).status == inspect_ok &&
        present != page_bits_present(bits, range_start, range_end)) {
        abort();
    }
    if (page_map_next(map, range_start, range_end, &first).status == inspect_ok &&
        first != page_bits_next(bits, range_start)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
    if (bytes < header_input) {
        return 0;
    }
    uint64_t pages = ((uint64_t)data[1] << 2 | (data[2] & 3)) % most_pages;
    memset(told, 0, sizeof told);
    range_start = (uint64_t)first_page * page;
    range_end = range_start + pages * page;
    struct deadline deadline = {.until_ns = UINT64_MAX, .cancelled = &cancelled};
    struct page_map map = {.descriptor = -1, .has_scan = (data[0] & 1) != 0, .deadline = &deadline};
    cancelled = 0;
    if (map.has_scan) {
        answers = data + header_input;
        answer_bytes = bytes - header_input;
    } else {
        read_words(&map, data + header_input, bytes - header_input);
    }
    struct page_bits bits = {0};
    struct inspect_verdict verdict = page_map_load(&map, range_start + data[3] % page, range_end, &bits);
    check(&bits, verdict.status == inspect_ok);
    if (!map.has_scan && verdict.status == inspect_ok) {
        check_again(&map, &bits);
    }
    page_bits_free(&bits);
    page_map_close(&map);
    return 0;
}
