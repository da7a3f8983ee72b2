/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "page_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* include/uapi/linux/fs.h of Linux 6.7, which the headers of older systems lack. */
struct scan_region {
    uint64_t start;
    uint64_t end;
    uint64_t categories;
};
struct scan_argument {
    uint64_t size;
    uint64_t flags;
    uint64_t start;
    uint64_t end;
    uint64_t walk_end;
    uint64_t vec;
    uint64_t vec_len;
    uint64_t max_pages;
    uint64_t category_inverted;
    uint64_t category_mask;
    uint64_t category_anyof_mask;
    uint64_t return_mask;
};
#define scan_request _IOWR('f', 16, struct scan_argument)

enum {
    scan_present = 1 << 3,
    scan_zero_page = 1 << 5,
    regions_a_call = 1024,
    words_a_call = 4096, /* of /proc/PID/pagemap */
};
static const uint64_t word_present = UINT64_C(1) << 63;

uint64_t page_bytes(void) {
    static uint64_t bytes;
    if (bytes == 0) {
        bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    }
    return bytes;
}

static void set_pages(struct page_bits *bits, uint64_t from, uint64_t to) {
    uint64_t last = (to - bits->start) / page_bytes();
    for (uint64_t page = (from - bits->start) / page_bytes(); page < last; page++) {
        bits->words[page / 64] |= UINT64_C(1) << (page % 64);
    }
}

static bool scan(const struct page_map *map, struct page_bits *bits) {
    struct scan_region regions[regions_a_call];
    struct scan_argument argument = {
        .size = sizeof argument,
        .start = bits->start,
        .end = bits->end,
        .vec = (uint64_t)(uintptr_t)regions,
        .vec_len = regions_a_call,
        .category_inverted = scan_zero_page,
        .category_mask = scan_present | scan_zero_page,
        .return_mask = scan_present,
    };
    while (argument.start < argument.end) {
        int count = ioctl(map->descriptor, scan_request, &argument);
        if (count < 0) {
            if (errno == EINTR) {
                continue;
            }
            return false;
        }
        for (int index = 0; index < count; index++) {
            const struct scan_region *region = &regions[index];
            if (region->start >= bits->start && region->start < region->end && region->end <= bits->end) {
                set_pages(bits, region->start, region->end);
            }
        }
        if (argument.walk_end <= argument.start) {
            break;
        }
        argument.start = argument.walk_end;
    }
    return true;
}

static bool read_words(const struct page_map *map, struct page_bits *bits) {
    uint64_t words[words_a_call];
    for (uint64_t at = bits->start; at < bits->end;) {
        uint64_t pages = (bits->end - at) / page_bytes();
        size_t count = pages < words_a_call ? (size_t)pages : (size_t)words_a_call;
        ssize_t bytes =
            pread(map->descriptor, words, count * sizeof *words, (off_t)(at / page_bytes() * sizeof *words));
        if (bytes < 0) {
            return false;
        }
        size_t found = (size_t)bytes / sizeof *words;
        if (found == 0) {
            errno = ESRCH; /* the process has no memory any more */
            return false;
        }
        for (size_t index = 0; index < found; index++) {
            if ((words[index] & word_present) != 0) {
                set_pages(bits, at + index * page_bytes(), at + (index + 1) * page_bytes());
            }
        }
        at += found * page_bytes();
    }
    return true;
}

struct inspect_verdict page_map_open(pid_t pid, struct page_map *map) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/pagemap", (long)pid);
    map->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (map->descriptor < 0) {
        return inspect_failure("/proc/PID/pagemap", errno);
    }
    struct scan_argument empty = {.size = sizeof empty, .return_mask = scan_present};
    map->has_scan = ioctl(map->descriptor, scan_request, &empty) >= 0;
    return inspect_good();
}

void page_map_close(struct page_map *map) {
    if (map->descriptor >= 0) {
        close(map->descriptor);
    }
    map->descriptor = -1;
}

struct inspect_verdict page_map_load(const struct page_map *map, uint64_t start, uint64_t end, struct page_bits *bits) {
    uint64_t mask = page_bytes() - 1;
    bits->start = start & ~mask;
    bits->end = (end + mask) & ~mask;
    size_t words = (size_t)((bits->end - bits->start) / page_bytes() + 63) / 64;
    if (words > bits->capacity) {
        uint64_t *larger = realloc(bits->words, words * sizeof *larger);
        if (larger == NULL) {
            bits->end = bits->start;
            return inspect_failure("memory", ENOMEM);
        }
        bits->words = larger;
        bits->capacity = words;
    }
    if (words > 0) {
        memset(bits->words, 0, words * sizeof *bits->words);
    }
    bool is_read = map->has_scan ? scan(map, bits) : read_words(map, bits);
    return is_read ? inspect_good() : inspect_failure("/proc/PID/pagemap", errno);
}

void page_bits_free(struct page_bits *bits) {
    free(bits->words);
    memset(bits, 0, sizeof *bits);
}
