/* SPDX-License-Identifier: MIT */
#include "java_hits.h"

#include "../inspect/list_room.h"
#include "hotspot/java_arrays.h"
#include "pointer_scan.h"

#include <stdlib.h>
#include <string.h>

enum {
    first_hits = 1024,
    hit_limit = 1 << 26,
};

struct search {
    struct hotspot *vm;
    const struct block_table *table;
    struct java_hits *hits;
    struct java_hits_seen seen;
};

/*
 * An object's first word is the JVM's: where threads wait for the object, it leads to the JVM's own structure for that
 * (src/hotspot/share/oops/markWord.hpp).
 */
static bool may_hold_address(const struct search *search, const struct hotspot_object *object, uint64_t at) {
    return at != object->at && java_may_hold_addresses(hotspot_class(search->vm, object->klass));
}

static void add(struct search *search, const struct hotspot_object *object, uint64_t at, const struct pointer *pointer,
                bool is_late) {
    struct java_hits *hits = search->hits;
    struct java_hit *list = hits->count == hit_limit
                                ? NULL
                                : list_with_room(hits->list, hits->count, &hits->capacity, first_hits, sizeof *list);
    if (list == NULL) {
        hits->missing++;
        return;
    }
    search->seen.moving |= object->is_moving;
    search->seen.late |= is_late;
    uint64_t place = pointer->word - block_start(search->table, pointer->block);
    hits->list = list;
    list[hits->count++] = (struct java_hit){.object = object->at,
                                            .block = pointer->block,
                                            .klass = (uint32_t)object->klass,
                                            .offset = (uint32_t)(at - object->at),
                                            .is_exact = place == 0 || place == nmt_header_bytes,
                                            .is_moving = object->is_moving,
                                            .is_late = is_late};
}

static bool take(void *to, struct heap_window *window) {
    struct search *search = to;
    struct pointer_scan scan;
    pointer_scan_begin(&scan, search->table, window->data, window->bytes);
    while (pointer_scan_next(&scan)) {
        for (size_t index = 0; index < scan.count; index++) {
            const struct pointer *pointer = &scan.pointers[index];
            struct hotspot_object object;
            if (!heap_window_object(window, window->from + pointer->at, &object)) {
                search->hits->no_object++;
            } else if (may_hold_address(search, &object, window->from + pointer->at)) {
                add(search, &object, window->from + pointer->at, pointer, window->is_late);
            }
        }
    }
    return true;
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

void java_hits_drop(struct hotspot *vm, java_field_is *is_none, struct java_hits *hits) {
    size_t kept = 0;
    bool is_dropped = false;
    for (size_t index = 0; index < hits->count; index++) {
        const struct java_hit *hit = &hits->list[index];
        const struct java_hit *before = index == 0 ? NULL : &hits->list[index - 1];
        if (before == NULL || before->klass != hit->klass || before->offset != hit->offset) {
            struct hotspot_field field;
            is_dropped = hotspot_field_at(vm, hit->klass, hit->offset, &field) && is_none(&field);
        }
        if (!is_dropped) {
            hits->list[kept++] = *hit;
        }
    }
    hits->count = kept;
}

/* Thread.eetop is the thread's own structure, and from there all of the JVM would be its. */
static bool is_injected(const struct hotspot_field *field) {
    return field->is_injected;
}

static int by_block(const void *left, const void *right) {
    const struct java_hit *one = left;
    const struct java_hit *other = right;
    if (one->klass != other->klass) {
        return one->klass < other->klass ? -1 : 1;
    }
    if (one->offset != other->offset) {
        return one->offset < other->offset ? -1 : 1;
    }
    if (one->block != other->block) {
        return one->block < other->block ? -1 : 1;
    }
    return one->is_late != other->is_late ? one->is_late - other->is_late : one->is_moving - other->is_moving;
}

/* Whether a hit is of an object that another hit of its class, field and block is of, too. */
typedef bool is_copy_of(const struct java_hit *hit, const struct java_hit *other);

static void join(struct java_hits *hits, is_copy_of *is_copy) {
    size_t kept = 0;
    if (hits->count > 0) {
        qsort(hits->list, hits->count, sizeof *hits->list, by_block);
    }
    for (size_t index = 0; index < hits->count; index++) {
        const struct java_hit hit = hits->list[index];
        const struct java_hit *last = kept == 0 ? NULL : &hits->list[kept - 1];
        bool is_there =
            last != NULL && last->klass == hit.klass && last->offset == hit.offset && last->block == hit.block;
        if (!is_there || !is_copy(&hit, last)) {
            hits->list[kept++] = hit;
        }
    }
    hits->count = kept;
}

/*
 * An object that a collector has moved is where it was and where it went; one that it is about to move has no other
 * copy yet. So the old copy counts only where there is no other one.
 */
static bool has_moved(const struct java_hit *hit, const struct java_hit *other) {
    return hit->is_late || (hit->is_moving && !other->is_moving);
}

static bool is_same(const struct java_hit *hit, const struct java_hit *other) {
    (void)hit;
    (void)other;
    return true;
}

static void sort_by_field(struct java_hits *hits) {
    if (hits->count > 0) {
        qsort(hits->list, hits->count, sizeof *hits->list, by_field);
    }
}

void java_hits_join(struct java_hits *hits) {
    join(hits, is_same);
    sort_by_field(hits);
}

void java_hits_arrange(struct hotspot *vm, struct java_hits_seen seen, struct java_hits *hits) {
    if (seen.moving || seen.late) {
        join(hits, has_moved);
    }
    sort_by_field(hits);
    java_hits_drop(vm, is_injected, hits);
}

struct inspect_verdict java_hits_find(const struct target *target, struct hotspot *vm, const struct block_table *table,
                                      struct java_hits *hits) {
    struct search search = {.vm = vm, .table = table, .hits = hits};
    memset(hits, 0, sizeof *hits);
    struct inspect_verdict verdict = heap_scan_moving(target, vm, take, &search, &hits->heap);
    if (verdict.status == inspect_ok) {
        java_hits_arrange(vm, search.seen, hits);
    } else {
        java_hits_free(hits);
    }
    return verdict;
}

void java_hits_free(struct java_hits *hits) {
    free(hits->list);
    memset(hits, 0, sizeof *hits);
}
