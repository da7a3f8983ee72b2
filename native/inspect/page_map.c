/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "page_map.h"

#include "core_file.h"

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
/* Address space that one call walks: where every page table is there and empty, 64 GiB take some 0.1 s. */
static const uint64_t span_a_call = UINT64_C(64) << 30;
/* Up to here each process has addresses, less a guard page of any size. From here on most have none, and the file ends.
 */
static const uint64_t addresses_of_any = (UINT64_C(1) << 47) - (64 << 10);
static const uint64_t word_present = UINT64_C(1) << 63;

/* What becomes of a run of present pages; false: that is enough. */
typedef bool take_run(void *to, uint64_t start, uint64_t end);

static bool set_bits(void *to, uint64_t start, uint64_t end) {
    struct page_bits *bits = to;
    uint64_t last = (end - bits->start) / page_bytes();
    for (uint64_t page = (start - bits->start) / page_bytes(); page < last; page++) {
        bits->words[page / 64] |= UINT64_C(1) << (page % 64);
    }
    return true;
}

static bool add_bytes(void *to, uint64_t start, uint64_t end) {
    *(uint64_t *)to += end - start;
    return true;
}

static bool take_first(void *to, uint64_t start, uint64_t end) {
    (void)end;
    *(uint64_t *)to = start;
    return false;
}

static struct inspect_verdict is_late(const struct page_map *map) {
    return deadline_verdict(map->deadline, "finding which of its pages are in memory");
}

/* Asks for the runs of [start, end), for one page at most when that is enough. */
static struct inspect_verdict scan(const struct page_map *map, uint64_t start, uint64_t end, take_run *take, void *to) {
    struct scan_region regions[regions_a_call];
    struct scan_argument argument = {
        .size = sizeof argument,
        .vec = (uint64_t)(uintptr_t)regions,
        .vec_len = regions_a_call,
        .max_pages = take == take_first ? 1 : 0,
        .category_inverted = scan_zero_page,
        .category_mask = scan_present | scan_zero_page,
        .return_mask = scan_present,
    };
    uint64_t span = span_a_call;
    for (uint64_t at = start; at < end;) {
        struct inspect_verdict verdict = is_late(map);
        if (verdict.status != inspect_ok) {
            return verdict;
        }
        argument.start = at;
        argument.end = end - at < span ? end : at + span;
        int count = ioctl(map->descriptor, scan_request, &argument);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EFAULT) {
            /* It is not all of the addresses that a process can have: a record that was freed can name any. */
            if (span <= page_bytes()) {
                return inspect_good();
            }
            span = (argument.end - at) / 2 & ~(page_bytes() - 1);
            span = span == 0 ? page_bytes() : span;
            continue;
        }
        if (count < 0) {
            return inspect_failure("/proc/PID/pagemap", errno);
        }
        for (int index = 0; index < count; index++) {
            const struct scan_region *region = &regions[index];
            bool is_inside = region->start >= start && region->start < region->end && region->end <= end;
            if (is_inside && !take(to, region->start, region->end)) {
                return inspect_good();
            }
        }
        if (argument.walk_end <= at) {
            break;
        }
        at = argument.walk_end;
    }
    return inspect_good();
}

static struct inspect_verdict read_words(const struct page_map *map, uint64_t start, uint64_t end, take_run *take,
                                         void *to) {
    uint64_t words[words_a_call];
    for (uint64_t at = start; at < end;) {
        struct inspect_verdict verdict = is_late(map);
        if (verdict.status != inspect_ok) {
            return verdict;
        }
        uint64_t pages = (end - at) / page_bytes();
        size_t count = pages < words_a_call ? (size_t)pages : (size_t)words_a_call;
        ssize_t bytes =
            pread(map->descriptor, words, count * sizeof *words, (off_t)(at / page_bytes() * sizeof *words));
        size_t found = bytes < 0 ? 0 : (size_t)bytes / sizeof *words;
        if (bytes == 0 && at >= addresses_of_any) {
            return inspect_good();
        }
        if (found == 0) {
            /* At its end there is no memory any more. */
            return inspect_failure("/proc/PID/pagemap", bytes < 0 ? errno : ESRCH);
        }
        for (size_t index = 0; index < found; index++) {
            uint64_t page = at + index * page_bytes();
            if ((words[index] & word_present) != 0 && !take(to, page, page + page_bytes())) {
                return inspect_good();
            }
        }
        at += found * page_bytes();
    }
    return inspect_good();
}

static struct inspect_verdict visit(const struct page_map *map, uint64_t start, uint64_t end, take_run *take,
                                    void *to) {
    if (map->core != NULL) {
        return core_file_visit(map->core, map->deadline, start, end, take, to);
    }
    return map->has_scan ? scan(map, start, end, take, to) : read_words(map, start, end, take, to);
}

struct inspect_verdict page_map_open(pid_t pid, struct page_map *map) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/pagemap", (long)pid);
    map->deadline = NULL;
    map->core = NULL;
    map->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (map->descriptor < 0) {
        return inspect_failure("/proc/PID/pagemap", errno);
    }
    struct scan_argument empty = {.size = sizeof empty, .return_mask = scan_present};
    map->has_scan = ioctl(map->descriptor, scan_request, &empty) >= 0;
    return inspect_good();
}

void page_map_of_core(const struct core_file *core, struct page_map *map) {
    /* It passes over what is not in the file at no cost. */
    *map = (struct page_map){.descriptor = -1, .core = core, .has_scan = true};
}

void page_map_close(struct page_map *map) {
    if (map->descriptor >= 0) {
        close(map->descriptor);
    }
    map->descriptor = -1;
}

static bool make_room(struct page_bits *bits, size_t words) {
    if (words <= bits->capacity) {
        return true;
    }
    uint64_t *larger = realloc(bits->words, words * sizeof *larger);
    if (larger != NULL) {
        bits->words = larger;
        bits->capacity = words;
    }
    return larger != NULL;
}

struct inspect_verdict page_map_load(const struct page_map *map, uint64_t start, uint64_t end, struct page_bits *bits) {
    uint64_t mask = page_bytes() - 1;
    uint64_t pages = (((end + mask) & ~mask) - (start & ~mask)) / page_bytes();
    size_t words = (size_t)(pages + 63) / 64;
    bits->start = bits->end = start & ~mask;
    if (pages > page_bits_limit) {
        return inspect_refusal(inspect_too_large, "memory in one piece");
    }
    if (!make_room(bits, words)) {
        return inspect_failure("memory", ENOMEM);
    }
    bits->end = (end + mask) & ~mask;
    if (words > 0) {
        memset(bits->words, 0, words * sizeof *bits->words);
    }
    return visit(map, bits->start, bits->end, set_bits, bits);
}

struct inspect_verdict page_map_count(const struct page_map *map, uint64_t start, uint64_t end, uint64_t *bytes) {
    *bytes = 0;
    return visit(map, start, end, add_bytes, bytes);
}

struct inspect_verdict page_map_next(const struct page_map *map, uint64_t start, uint64_t end, uint64_t *page) {
    *page = end;
    return visit(map, start, end, take_first, page);
}

void page_bits_free(struct page_bits *bits) {
    free(bits->words);
    memset(bits, 0, sizeof *bits);
}
