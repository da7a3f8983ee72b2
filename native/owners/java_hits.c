/* SPDX-License-Identifier: MIT */
#include "java_hits.h"

#include "../inspect/list_room.h"
#include "java_arrays.h"

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
};

/* A long may be an address; a reference is none of a block. */
static bool may_hold_addresses(const struct search *search, size_t klass) {
    const struct hotspot_class *of = hotspot_class(search->vm, klass);
    return !java_is_of_numbers(of) || java_is_of_longs(of);
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

static bool take(void *to, struct heap_window *window) {
    struct search *search = to;
    for (size_t at = 0; at + sizeof(uint64_t) <= window->bytes; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, window->data + at, sizeof word);
        uint32_t block = block_table_at(search->table, word);
        if (block == no_block) {
            continue;
        }
        struct hotspot_object object;
        if (!heap_window_object(window, window->from + at, &object)) {
            search->hits->no_object++;
        } else if (may_hold_addresses(search, object.klass)) {
            add(search, &object, window->from + at, word, block);
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
    struct search search = {.vm = vm, .table = table, .hits = hits};
    memset(hits, 0, sizeof *hits);
    struct inspect_verdict verdict = heap_scan_all(target, vm, take, &search, &hits->heap);
    if (verdict.status == inspect_ok) {
        qsort(hits->list, hits->count, sizeof *hits->list, by_field);
        drop_injected(&search);
    } else {
        java_hits_free(hits);
    }
    return verdict;
}

void java_hits_free(struct java_hits *hits) {
    free(hits->list);
    memset(hits, 0, sizeof *hits);
}
