/* SPDX-License-Identifier: MIT */
#include "java_hits.h"

#include "../inspect/list_room.h"
#include "pointer_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    first_hits = 1024,
    hit_limit = 1 << 26,
    reach_bytes = 64 << 10, /* before a piece, in which the object of its first words may begin */
};

struct search {
    const struct target *target;
    struct hotspot *vm;
    const struct block_table *table;
    struct java_hits *hits;
    unsigned char *reach;
    signed char *holds_no_address;    /* by class: 1, 0, or -1: not looked at yet */
    const struct memory_range *space; /* that is being read */
    struct hotspot_object last;       /* that was found; of no bytes: none */
};

/* int[] and its like. A long may be an address. */
static bool is_of_numbers(struct search *search, size_t klass) {
    static const char *const names[] = {"byte[]", "boolean[]", "char[]", "short[]", "int[]", "float[]", "double[]"};
    if (search->holds_no_address[klass] < 0) {
        const char *name = hotspot_class(search->vm, klass)->name;
        search->holds_no_address[klass] = 0;
        for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
            search->holds_no_address[klass] |= strcmp(name, names[index]) == 0;
        }
    }
    return search->holds_no_address[klass] == 1;
}

/* Its header lies before the piece. */
static bool find_before(struct search *search, uint64_t hit, struct hotspot_object *object) {
    uint64_t from = hit - search->space->start > reach_bytes ? hit - reach_bytes : search->space->start;
    size_t bytes = (size_t)(hit + sizeof(uint64_t) - from);
    return target_read_sparse(search->target, from, search->reach, bytes) &&
           hotspot_object_at(search->vm, search->reach, from, bytes, hit, object);
}

static void add(struct search *search, const struct hotspot_object *object, uint64_t at, uint64_t word,
                uint32_t block) {
    struct java_hits *hits = search->hits;
    struct java_hit *list = hits->count == hit_limit
                                ? NULL
                                : list_with_room(hits->list, hits->count, &hits->capacity, first_hits, sizeof *list);
    if (list == NULL) {
        hits->missing++;
        return;
    }
    uint64_t place = word - block_start(search->table, block);
    hits->list = list;
    list[hits->count++] = (struct java_hit){object->at, block, (uint32_t)object->klass, (uint32_t)(at - object->at),
                                            place == 0 || place == nmt_header_bytes};
}

/* The object that the word at `at` lies in. One that was found may go on in pieces to come. */
static bool find_object(struct search *search, struct hotspot_finder *finder, const unsigned char *data, uint64_t from,
                        size_t bytes, size_t at, struct hotspot_object *object) {
    uint64_t hit = from + at;
    if (hit - search->last.at < search->last.bytes) {
        *object = search->last;
        return true;
    }
    bool is_found = hotspot_object_find(search->vm, finder, data, from, bytes, hit, object) ||
                    (at < reach_bytes && from > search->space->start && find_before(search, hit, object));
    if (is_found) {
        search->last = *object;
    }
    return is_found;
}

static bool take(void *to, const unsigned char *data, uint64_t from, size_t bytes) {
    struct search *search = to;
    struct hotspot_finder finder = {0};
    struct pointer_scan scan;
    while (search->space->end <= from) {
        search->space++; /* what is read lies in one of them */
    }
    pointer_scan_begin(&scan, search->table, data, bytes);
    while (!deadline_is_over(search->target->deadline) && pointer_scan_next(&scan)) {
        for (size_t index = 0; index < scan.count; index++) {
            const struct pointer *pointer = &scan.pointers[index];
            struct hotspot_object object;
            if (!find_object(search, &finder, data, from, bytes, pointer->at, &object)) {
                search->hits->no_object++;
            } else if (!is_of_numbers(search, object.klass)) {
                add(search, &object, from + pointer->at, pointer->word, pointer->block);
            }
        }
    }
    return !deadline_is_over(search->target->deadline);
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

static struct inspect_verdict read_spaces(struct search *search, struct stream *stream) {
    struct hotspot_space *spaces = NULL;
    size_t count = 0;
    struct inspect_verdict verdict = hotspot_spaces(search->vm, &spaces, &count);
    struct memory_range *ranges = malloc((count + 1) * sizeof *ranges);
    if (verdict.status == inspect_ok && ranges == NULL) {
        verdict = inspect_failure("memory", ENOMEM);
    }
    if (verdict.status == inspect_ok) {
        for (size_t index = 0; index < count; index++) {
            search->hits->heap_bytes += spaces[index].top - spaces[index].bottom;
        }
        search->space = ranges;
        verdict = stream_read(stream, ranges, join_spaces(spaces, count, ranges), take, search);
    }
    free(spaces);
    free(ranges);
    search->hits->read_bytes = stream->read_bytes;
    search->hits->missed_bytes = stream->missed_bytes;
    return verdict;
}

static int by_field(const void *left, const void *right) {
    const struct java_hit *one = left;
    const struct java_hit *other = right;
    if (one->klass != other->klass) {
        return one->klass < other->klass ? -1 : 1;
    }
    if (one->offset != other->offset) {
        return one->offset < other->offset ? -1 : 1;
    }
    return (one->object > other->object) - (one->object < other->object);
}

/* Thread.eetop is the thread's own structure, and from there all of the JVM would be its. */
static void drop_injected(struct search *search) {
    struct java_hits *hits = search->hits;
    size_t kept = 0;
    bool is_injected = false;
    for (size_t index = 0; index < hits->count; index++) {
        const struct java_hit *hit = &hits->list[index];
        const struct java_hit *before = index == 0 ? NULL : &hits->list[index - 1];
        if (before == NULL || before->klass != hit->klass || before->offset != hit->offset) {
            struct hotspot_field field;
            is_injected = hotspot_field_at(search->vm, hit->klass, hit->offset, &field) && field.is_injected;
        }
        if (!is_injected) {
            hits->list[kept++] = *hit;
        }
    }
    hits->count = kept;
}

struct inspect_verdict java_hits_find(const struct target *target, struct hotspot *vm, const struct block_table *table,
                                      struct java_hits *hits) {
    struct search search = {.target = target, .vm = vm, .table = table, .hits = hits};
    struct stream stream;
    size_t classes = hotspot_class_count(vm);
    memset(hits, 0, sizeof *hits);
    memset(&stream, 0, sizeof stream);
    search.reach = malloc(reach_bytes + sizeof(uint64_t));
    search.holds_no_address = malloc(classes + 1);
    struct inspect_verdict verdict = inspect_failure("memory", ENOMEM);
    if (search.reach != NULL && search.holds_no_address != NULL && stream_open(target, &stream)) {
        memset(search.holds_no_address, -1, classes + 1);
        verdict = read_spaces(&search, &stream);
    }
    if (verdict.status == inspect_ok) {
        verdict = deadline_verdict(target->deadline, "reading its Java heap");
    }
    if (verdict.status == inspect_ok) {
        qsort(hits->list, hits->count, sizeof *hits->list, by_field);
        drop_injected(&search);
    } else {
        java_hits_free(hits);
    }
    stream_close(&stream);
    free(search.reach);
    free(search.holds_no_address);
    return verdict;
}

void java_hits_free(struct java_hits *hits) {
    free(hits->list);
    memset(hits, 0, sizeof *hits);
}
