/* SPDX-License-Identifier: MIT */
#include "heap_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Before a piece, in which an object may begin that no piece before it has told of: its pages were absent. */
enum { reach_bytes = 64 << 10 };

struct heap_scan {
    const struct target *target;
    struct hotspot *vm;
    take_window *take;
    void *to;
    struct hotspot_space space;
    struct hotspot_object carried; /* it goes on behind the piece in which it began; its bytes are 0: none */
    unsigned char *reach;
};

static bool covers(const struct hotspot_object *object, uint64_t address) {
    return address - object->at < object->bytes;
}

static bool find_before(struct heap_scan *scan, uint64_t hit, struct hotspot_object *object) {
    uint64_t from = hit - scan->space.bottom > reach_bytes ? hit - reach_bytes : scan->space.bottom;
    size_t bytes = (size_t)(hit + sizeof(uint64_t) - from);
    return target_read_sparse(scan->target, from, scan->reach, bytes) &&
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
           (word - window->from < reach_bytes && window->from > scan->space.bottom && find_before(scan, word, object));
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
    struct heap_window window = {.data = data, .from = from, .bytes = bytes, .scan = scan};
    if (!scan->take(scan->to, &window)) {
        return false;
    }
    carry(&window);
    return !deadline_is_over(scan->target->deadline);
}

static struct inspect_verdict read_spaces(struct heap_scan *scan, struct stream *stream, struct heap_sums *sums) {
    struct hotspot_space *spaces = NULL;
    size_t count = 0;
    struct inspect_verdict verdict = hotspot_spaces(scan->vm, &spaces, &count);
    for (size_t index = 0; index < count && verdict.status == inspect_ok; index++) {
        scan->space = spaces[index];
        sums->used_bytes += spaces[index].top - spaces[index].bottom;
        verdict = stream_read(stream, spaces[index].bottom, spaces[index].top, take_piece, scan);
    }
    free(spaces);
    sums->read_bytes = stream->read_bytes;
    sums->missed_bytes = stream->missed_bytes;
    return verdict.status == inspect_ok ? deadline_verdict(scan->target->deadline, "reading its Java heap") : verdict;
}

struct inspect_verdict heap_scan_all(const struct target *target, struct hotspot *vm, take_window *take, void *to,
                                     struct heap_sums *sums) {
    struct heap_scan scan = {.target = target, .vm = vm, .take = take, .to = to};
    struct stream stream;
    memset(sums, 0, sizeof *sums);
    memset(&stream, 0, sizeof stream);
    scan.reach = malloc(reach_bytes + sizeof(uint64_t));
    struct inspect_verdict verdict = inspect_failure("memory", ENOMEM);
    if (scan.reach != NULL && stream_open(target, &stream)) {
        verdict = read_spaces(&scan, &stream, sums);
    }
    stream_close(&stream);
    free(scan.reach);
    return verdict;
}
