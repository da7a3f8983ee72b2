/* SPDX-License-Identifier: MIT */
#include "heap_scan.h"

#include "space_difference.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Before a piece, in which an object may begin that no piece before it has told of: its pages were absent. */
enum { reach_bytes = 64 << 10 };

/* Read at once where one page may be present in one view of the heap and the next one in another. */
enum { view_bytes = 1 << 20 };

/* Of what came to be used while the heap was read; a collector that goes on for ever makes more of it each time. */
enum { most_late_rounds = 4 };

struct heap_scan {
    const struct target *target;
    struct hotspot *vm;
    take_window *take;
    void *to;
    const struct memory_range *space; /* that is being read */
    struct hotspot_object carried;    /* it goes on behind the piece in which it began; its bytes are 0: none */
    unsigned char *reach;
    struct hotspot_space *known; /* spaces that were read, or are being read */
    size_t known_count;
    bool is_late;
};

static bool covers(const struct hotspot_object *object, uint64_t address) {
    return address - object->at < object->bytes;
}

static bool find_before(struct heap_scan *scan, uint64_t hit, struct hotspot_object *object) {
    uint64_t from = hit - scan->space->start > reach_bytes ? hit - reach_bytes : scan->space->start;
    size_t bytes = (size_t)(hit + sizeof(uint64_t) - from);
    return hotspot_read(scan->vm, from, scan->reach, bytes) &&
           hotspot_object_at(scan->vm, scan->reach, from, bytes, hit, object);
}

bool heap_window_object(struct heap_window *window, uint64_t hit, struct hotspot_object *object) {
    struct heap_scan *scan = window->scan;
    uint64_t word = hit & ~UINT64_C(7);
    if (covers(&scan->carried, word)) {
        *object = scan->carried;
        return true;
    }
    return hotspot_object_find(scan->vm, &window->finder, window->data, window->from, window->bytes, word, object) ||
           (word - window->from < reach_bytes && window->from > scan->space->start && find_before(scan, word, object));
}

/* What has the last word of the piece may go on in the next one. */
static void carry(struct heap_window *window) {
    struct heap_scan *scan = window->scan;
    struct hotspot_object object;
    uint64_t last = window->from + window->bytes - sizeof(uint64_t);
    if (covers(&scan->carried, last)) {
        return;
    }
    bool is_found = heap_window_object(window, last, &object);
    scan->carried =
        is_found && object.at + object.bytes > last + sizeof(uint64_t) ? object : (struct hotspot_object){0};
}

static bool take_piece(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct heap_scan *scan = to;
    struct heap_window window = {.data = data, .from = from, .bytes = bytes, .is_late = scan->is_late, .scan = scan};
    while (scan->space->end <= from) {
        scan->space++; /* what is read lies in one of them */
        scan->carried.bytes = 0;
    }
    window.finder.limit = scan->space->end;
    if (!scan->take(scan->to, &window)) {
        return false;
    }
    carry(&window);
    return !deadline_is_over(scan->target->deadline);
}

/* Spaces that follow one another are one: an array may lie in several. */
static size_t join_spaces(const struct hotspot_space *spaces, size_t count, struct memory_range *ranges) {
    size_t joined = 0;
    for (size_t index = 0; index < count; index++) {
        if (joined > 0 && ranges[joined - 1].end == spaces[index].bottom) {
            ranges[joined - 1].end = spaces[index].top;
        } else {
            ranges[joined++] = (struct memory_range){spaces[index].bottom, spaces[index].top};
        }
    }
    return joined;
}

/* ZGC: what is absent in one view may be present in another one. */
static struct inspect_verdict read_views(struct heap_scan *scan, const struct memory_range *ranges, size_t count,
                                         struct heap_sums *sums) {
    unsigned char *buffer = malloc(view_bytes);
    struct inspect_verdict verdict = buffer == NULL ? inspect_failure("memory", ENOMEM) : inspect_good();
    bool goes_on = true;
    for (size_t index = 0; index < count && goes_on && verdict.status == inspect_ok; index++) {
        for (uint64_t at = ranges[index].start; at < ranges[index].end && goes_on;) {
            uint64_t left = ranges[index].end - at;
            size_t bytes = left < view_bytes ? (size_t)left : (size_t)view_bytes;
            if (hotspot_read(scan->vm, at, buffer, bytes)) {
                sums->read_bytes += bytes - hotspot_missing(scan->vm, at, at + bytes);
                goes_on = take_piece(scan, buffer, at, bytes);
            } else {
                sums->missed_bytes += bytes;
            }
            at += bytes;
        }
    }
    free(buffer);
    return verdict;
}

static struct inspect_verdict read_ranges(struct heap_scan *scan, const struct memory_range *ranges, size_t count,
                                          struct heap_sums *sums) {
    struct stream stream;
    if (hotspot_collector_of(scan->vm) == hotspot_z) {
        return read_views(scan, ranges, count, sums);
    }
    if (!stream_open(scan->target, &stream)) {
        return inspect_failure("memory", ENOMEM);
    }
    struct inspect_verdict verdict = stream_read(&stream, ranges, count, take_piece, scan);
    sums->read_bytes += stream.read_bytes;
    sums->missed_bytes += stream.missed_bytes;
    stream_close(&stream);
    return verdict;
}

static struct inspect_verdict read_new(struct heap_scan *scan, const struct hotspot_space *spaces, size_t count,
                                       struct heap_sums *sums) {
    struct memory_range *ranges = malloc((count + 1) * sizeof *ranges);
    if (ranges == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    for (size_t index = 0; index < count; index++) {
        sums->used_bytes += spaces[index].top - spaces[index].bottom;
        sums->missed_bytes += hotspot_missing(scan->vm, spaces[index].bottom, spaces[index].top);
    }
    scan->space = ranges;
    scan->carried.bytes = 0;
    struct inspect_verdict verdict = read_ranges(scan, ranges, join_spaces(spaces, count, ranges), sums);
    free(ranges);
    return verdict;
}

/* What is in use and was not read. *is_any: whether there was something. */
static struct inspect_verdict read_spaces(struct heap_scan *scan, bool *is_any, struct heap_sums *sums) {
    struct hotspot_space *spaces = NULL;
    size_t count = 0;
    struct inspect_verdict verdict = hotspot_spaces(scan->vm, &spaces, &count);
    struct hotspot_space *fresh = malloc((count + scan->known_count + 1) * sizeof *fresh);
    if (verdict.status == inspect_ok && fresh == NULL) {
        verdict = inspect_failure("memory", ENOMEM);
    }
    if (verdict.status == inspect_ok) {
        size_t fresh_count = space_difference(spaces, count, scan->known, scan->known_count, fresh);
        *is_any = fresh_count > 0;
        verdict = read_new(scan, fresh, fresh_count, sums);
    }
    free(fresh);
    free(scan->known);
    scan->known = spaces;
    scan->known_count = count;
    return verdict.status == inspect_ok ? deadline_verdict(scan->target->deadline, "reading its Java heap") : verdict;
}

static struct inspect_verdict scan_in_rounds(const struct target *target, struct hotspot *vm, unsigned late_rounds,
                                             take_window *take, void *to, struct heap_sums *sums) {
    struct heap_scan scan = {.target = target, .vm = vm, .take = take, .to = to};
    bool is_any = true;
    memset(sums, 0, sizeof *sums);
    scan.reach = malloc(reach_bytes + sizeof(uint64_t));
    struct inspect_verdict verdict =
        scan.reach == NULL ? inspect_failure("memory", ENOMEM) : read_spaces(&scan, &is_any, sums);
    scan.is_late = true;
    for (unsigned round = 0; round < late_rounds && is_any && verdict.status == inspect_ok; round++) {
        verdict = read_spaces(&scan, &is_any, sums);
    }
    free(scan.reach);
    free(scan.known);
    return verdict;
}

struct inspect_verdict heap_scan_all(const struct target *target, struct hotspot *vm, take_window *take, void *to,
                                     struct heap_sums *sums) {
    return scan_in_rounds(target, vm, 0, take, to, sums);
}

struct inspect_verdict heap_scan_moving(const struct target *target, struct hotspot *vm, take_window *take, void *to,
                                        struct heap_sums *sums) {
    unsigned late_rounds = hotspot_collector_of(vm) == hotspot_z ? most_late_rounds : 0;
    return scan_in_rounds(target, vm, late_rounds, take, to, sums);
}
