/* SPDX-License-Identifier: MIT */
#include "java_owners.h"

#include "../inspect/list_room.h"
#include "word_list.h"

#include <stdlib.h>
#include <string.h>

enum { field_limit = 4096 };

/* qsort() has no argument of the caller's. */
struct named_owner {
    struct java_owner owner;
    const char *name;
};

static int by_claim(const void *left, const void *right) {
    const struct named_owner *one = left;
    const struct named_owner *other = right;
    if (one->owner.exact_blocks != other->owner.exact_blocks) {
        return one->owner.exact_blocks > other->owner.exact_blocks ? -1 : 1;
    }
    return strcmp(one->name, other->name);
}

/* Of hits[from..to), how many blocks or objects the exact ones have, or the others. `words` has room for as many. */
static uint64_t count_of(const struct java_hit *hits, size_t from, size_t to, bool is_exact, bool of_objects,
                         uint64_t *words) {
    size_t count = 0;
    for (size_t index = from; index < to; index++) {
        if (hits[index].is_exact == is_exact) {
            words[count++] = of_objects ? hits[index].object : hits[index].block;
        }
    }
    return words_once(words, count);
}

/* Of hits[from..to), which are of one class. */
static struct java_owner sum_up(const struct java_hit *hits, size_t from, size_t to, uint64_t *words) {
    struct java_owner owner = {.klass = hits[from].klass};
    owner.exact_blocks = count_of(hits, from, to, true, false, words);
    /* A library may give out addresses behind a header of its own: then all of them lie inside. */
    owner.objects = count_of(hits, from, to, owner.exact_blocks > 0, true, words);
    return owner;
}

static size_t end_of_class(const struct java_hits *hits, size_t from) {
    size_t to = from;
    while (to < hits->count && hits->list[to].klass == hits->list[from].klass) {
        to++;
    }
    return to;
}

static bool list_classes(struct hotspot *vm, const struct java_hits *hits, struct java_owners *owners) {
    uint64_t *words = malloc((hits->count + 1) * sizeof *words);
    struct named_owner *named = NULL;
    size_t capacity = 0;
    bool is_good = words != NULL;
    for (size_t from = 0; is_good && from < hits->count;) {
        size_t to = end_of_class(hits, from);
        struct named_owner *list = list_with_room(named, owners->count, &capacity, 64, sizeof *list);
        is_good = list != NULL;
        if (is_good) {
            named = list;
            list[owners->count].owner = sum_up(hits->list, from, to, words);
            list[owners->count].name = hotspot_class(vm, hits->list[from].klass)->name;
            owners->count++;
        }
        from = to;
    }
    owners->list = malloc((owners->count + 1) * sizeof *owners->list);
    is_good = is_good && owners->list != NULL;
    if (is_good && owners->count > 0) {
        qsort(named, owners->count, sizeof *named, by_claim);
        for (size_t index = 0; index < owners->count; index++) {
            owners->list[index] = named[index].owner;
        }
    }
    free(named);
    free(words);
    return is_good;
}

/* The owner's number, by class. */
static bool number_classes(size_t classes, struct java_owners *owners) {
    owners->numbers = malloc((classes + 1) * sizeof *owners->numbers);
    for (size_t index = 0; owners->numbers != NULL && index < owners->count; index++) {
        owners->numbers[owners->list[index].klass] = owners->first_owner + (uint32_t)index;
    }
    return owners->numbers != NULL;
}

bool java_owners_make(struct hotspot *vm, const struct java_hits *hits, uint32_t first_owner,
                      struct java_owners *owners) {
    memset(owners, 0, sizeof *owners);
    owners->first_owner = first_owner;
    bool is_good = list_classes(vm, hits, owners) && number_classes(hotspot_class_count(vm), owners);
    if (!is_good) {
        java_owners_free(owners);
    }
    return is_good;
}

void java_owners_free(struct java_owners *owners) {
    free(owners->list);
    free(owners->numbers);
    root_list_free(&owners->exact);
    root_list_free(&owners->inside);
    root_list_free(&owners->dead);
    memset(owners, 0, sizeof *owners);
}

/* One owner has a block to which another one points as well. */
struct pair {
    uint32_t owner;
    uint32_t other;
};

static int by_pair(const void *left, const void *right) {
    const struct pair *one = left;
    const struct pair *other = right;
    if (one->owner != other->owner) {
        return one->owner < other->owner ? -1 : 1;
    }
    return (one->other > other->other) - (one->other < other->other);
}

/* With whom each shares most. */
static void fill_shared_with(struct pair *pairs, size_t count, struct owner *all) {
    size_t most = 0;
    if (count > 0) {
        qsort(pairs, count, sizeof *pairs, by_pair);
    }
    for (size_t from = 0; from < count;) {
        size_t to = from;
        while (to < count && by_pair(&pairs[to], &pairs[from]) == 0) {
            to++;
        }
        bool is_next = from == 0 || pairs[from - 1].owner != pairs[from].owner;
        if (is_next || to - from > most) {
            most = to - from;
            all[pairs[from].owner].shared_with = pairs[from].other;
        }
        from = to;
    }
}

static int by_block(const void *left, const void *right) {
    const struct root *one = left;
    const struct root *other = right;
    if (one->block != other->block) {
        return one->block < other->block ? -1 : 1;
    }
    return (one->owner > other->owner) - (one->owner < other->owner);
}

bool java_owners_share(const struct java_owners *owners, const struct claims *claims, struct owner *all) {
    struct pair *pairs = malloc((owners->exact.count + 1) * sizeof *pairs);
    struct root *list = malloc((owners->exact.count + 1) * sizeof *list);
    size_t count = 0;
    uint32_t counted = no_block;
    if (pairs == NULL || list == NULL) {
        free(pairs);
        free(list);
        return false;
    }
    memcpy(list, owners->exact.list, owners->exact.count * sizeof *list);
    qsort(list, owners->exact.count, sizeof *list, by_block);
    for (size_t index = 0; index < owners->exact.count; index++) {
        bool is_again = index > 0 && list[index - 1].block == list[index].block;
        uint32_t owner = claims->owners[list[index].block];
        bool is_class = owner - owners->first_owner < owners->count;
        if (!is_class || list[index].owner == owner || (is_again && list[index - 1].owner == list[index].owner)) {
            continue;
        }
        all[owner].shared_blocks += counted != list[index].block;
        counted = list[index].block;
        pairs[count++] = (struct pair){owner, list[index].owner};
    }
    fill_shared_with(pairs, count, all);
    free(pairs);
    free(list);
    return true;
}

static void name_field(struct hotspot *vm, const struct java_hit *hit, char *name) {
    struct hotspot_field field;
    const char *class_name = hotspot_class(vm, hit->klass)->name;
    if (hotspot_field_at(vm, hit->klass, hit->offset, &field)) {
        (void)strncpy(name, field.name, owner_text_bytes - 1);
    } else if (strcmp(class_name, "long[]") == 0) {
        (void)strcpy(name, "[]");
    }
}

bool java_owners_fields(struct hotspot *vm, const struct java_owners *owners, const struct java_hits *hits,
                        const struct owner *all, struct owners_result *result) {
    size_t capacity = 0;
    bool is_good = true;
    for (size_t from = 0; is_good && from < hits->count;) {
        const struct java_hit *hit = &hits->list[from];
        uint64_t objects = 0;
        size_t to = from;
        for (; to < hits->count && hits->list[to].klass == hit->klass && hits->list[to].offset == hit->offset; to++) {
            objects += to == from || hits->list[to].object != hits->list[to - 1].object;
        }
        uint32_t owner = owners->numbers[hit->klass];
        if (all[owner].blocks > 0 && result->field_count < field_limit) {
            struct owner_field *list = list_with_room(result->fields, result->field_count, &capacity, 64, sizeof *list);
            is_good = list != NULL;
            if (is_good) {
                result->fields = list;
                memset(&list[result->field_count], 0, sizeof *list);
                list[result->field_count].owner = owner;
                list[result->field_count].objects = objects;
                name_field(vm, hit, list[result->field_count].name);
                result->field_count++;
            }
        }
        from = to;
    }
    return is_good;
}
