/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "core_file.h"

#include "page_size.h"

#include <errno.h>
#include <unistd.h>

enum { block_bytes = 64 << 10 };

/* The first segment that ends behind the address. */
static size_t find_index(const struct core_file *core, uint64_t address) {
    size_t low = 0;
    size_t high = core->segment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (core->segments[middle].end <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct core_segment *core_file_find(const struct core_file *core, uint64_t address) {
    size_t index = find_index(core, address);
    return index < core->segment_count && core->segments[index].start <= address ? &core->segments[index] : NULL;
}

bool core_file_read(const struct core_file *core, uint64_t address, void *to, size_t bytes) {
    while (bytes > 0) {
        const struct core_segment *segment = core_file_find(core, address);
        uint64_t at = segment == NULL ? 0 : address - segment->start;
        if (segment == NULL || at >= segment->dumped) {
            return false;
        }
        size_t there = segment->dumped - at < bytes ? (size_t)(segment->dumped - at) : bytes;
        if (!core_file_read_at(core, segment->offset + at, to, there)) {
            return false;
        }
        to = (char *)to + there;
        address += there;
        bytes -= there;
    }
    return true;
}

uint64_t core_file_missing(const struct core_file *core, uint64_t start, uint64_t end) {
    uint64_t there = 0;
    for (size_t index = find_index(core, start); index < core->segment_count; index++) {
        const struct core_segment *segment = &core->segments[index];
        uint64_t from = segment->start > start ? segment->start : start;
        uint64_t until = segment->start + segment->dumped;
        until = until < end ? until : end;
        if (segment->start >= end) {
            break;
        }
        there += from < until ? until - from : 0;
    }
    return start < end ? end - start - there : 0;
}

static bool is_zero(const uint64_t *words, size_t count) {
    uint64_t any = 0;
    for (size_t index = 0; index < count && any == 0; index++) {
        any |= words[index];
    }
    return any == 0;
}

struct visit {
    const struct core_file *core;
    const struct deadline *deadline;
    core_take_run *take;
    void *to;
    bool is_enough;
};

/* Pages of [start, end) that are not all zeros. */
static struct inspect_verdict visit_filled(struct visit *visit, const struct core_segment *segment, uint64_t start,
                                           uint64_t end) {
    uint64_t block[block_bytes / sizeof(uint64_t)];
    for (uint64_t at = start; at < end && !visit->is_enough;) {
        size_t bytes = end - at < block_bytes ? (size_t)(end - at) : (size_t)block_bytes;
        struct inspect_verdict verdict = deadline_verdict(visit->deadline, "finding which of its pages hold something");
        if (verdict.status != inspect_ok) {
            return verdict;
        }
        if (!core_file_read_at(visit->core, segment->offset + (at - segment->start), block, bytes)) {
            return inspect_good(); /* it has become shorter, or the disk does not give it */
        }
        for (size_t page = 0; page < bytes && !visit->is_enough; page += page_bytes()) {
            if (!is_zero(block + page / sizeof *block, page_bytes() / sizeof *block)) {
                visit->is_enough = !visit->take(visit->to, at + page, at + page + page_bytes());
            }
        }
        at += bytes;
    }
    return inspect_good();
}

static uint64_t round_down(uint64_t value) {
    return value & ~(page_bytes() - 1);
}

/*
 * Runs of [start, end) that are no hole of the file, in whole pages. A file system that knows of no holes says that all
 * is data (lseek(2)).
 */
static struct inspect_verdict visit_data(struct visit *visit, const struct core_segment *segment, uint64_t start,
                                         uint64_t end) {
    const struct core_file *core = visit->core;
    uint64_t shift = segment->offset - segment->start; /* modulo 2^64 */
    struct inspect_verdict verdict = inspect_good();
    for (uint64_t at = start; at < end && !visit->is_enough && verdict.status == inspect_ok;) {
        verdict = deadline_verdict(visit->deadline, "finding which of its pages are in the file");
        off_t data = lseek(core->descriptor, (off_t)(at + shift), SEEK_DATA);
        if (data < 0 && errno == ENXIO) {
            break;
        }
        off_t hole = data < 0 ? -1 : lseek(core->descriptor, data, SEEK_HOLE);
        uint64_t from = data < 0 ? at : round_down((uint64_t)data - shift);
        uint64_t until = hole < 0 ? end : round_down((uint64_t)hole - shift + page_bytes() - 1);
        from = from > at ? from : at;
        until = until < end ? until : end;
        if (from >= end || verdict.status != inspect_ok) {
            break;
        }
        until = until > from ? until : from + page_bytes();
        if (core->has_page_holes) {
            visit->is_enough = !visit->take(visit->to, from, until);
        } else {
            verdict = visit_filled(visit, segment, from, until);
        }
        at = until;
    }
    return verdict;
}

struct inspect_verdict core_file_visit(const struct core_file *core, const struct deadline *deadline, uint64_t start,
                                       uint64_t end, core_take_run *take, void *to) {
    struct visit visit = {core, deadline, take, to, false};
    struct inspect_verdict verdict = inspect_good();
    for (size_t index = find_index(core, start); index < core->segment_count && !visit.is_enough; index++) {
        const struct core_segment *segment = &core->segments[index];
        uint64_t dumped_end = round_down(segment->start + segment->dumped);
        uint64_t from = start > segment->start ? start : segment->start;
        uint64_t until = end < dumped_end ? end : dumped_end;
        if (segment->start >= end || verdict.status != inspect_ok) {
            break;
        }
        verdict = from < until ? visit_data(&visit, segment, from, until) : verdict;
    }
    return verdict;
}
