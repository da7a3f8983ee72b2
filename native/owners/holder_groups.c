/* SPDX-License-Identifier: MIT */
#include "holder_groups.h"

#include "../inspect/list_room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { group_limit = 4096, groups_a_level = 16, mirror_bytes = 512 };

static int by_field(const void *left, const void *right) {
    const struct holding *one = left;
    const struct holding *other = right;
    if (one->klass != other->klass) {
        return one->klass < other->klass ? -1 : 1;
    }
    if (one->kind == holder_static && one->holder != other->holder) {
        return one->holder < other->holder ? -1 : 1;
    }
    if (one->offset != other->offset) {
        return one->offset < other->offset ? -1 : 1;
    }
    return (one->holder > other->holder) - (one->holder < other->holder);
}

static bool is_same_field(const struct holding *one, const struct holding *other) {
    return one->klass == other->klass && one->offset == other->offset &&
           (one->kind != holder_static || one->holder == other->holder);
}

static int by_number(const void *left, const void *right) {
    const uint32_t *one = left;
    const uint32_t *other = right;
    return (*one > *other) - (*one < *other);
}

/* `numbers` has room for all. */
static uint64_t count_held(const struct holding *found, size_t count, uint32_t *numbers) {
    uint64_t distinct = 0;
    for (size_t index = 0; index < count; index++) {
        numbers[index] = found[index].held;
    }
    qsort(numbers, count, sizeof *numbers, by_number);
    for (size_t index = 0; index < count; index++) {
        distinct += index == 0 || numbers[index] != numbers[index - 1];
    }
    return distinct;
}

static struct holder_group *new_group(struct owners_result *result, uint32_t owner) {
    struct holder_group *list =
        result->holder_count == group_limit
            ? NULL
            : list_with_room(result->holders, result->holder_count, &result->holder_capacity, 64, sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    result->holders = list;
    memset(&list[result->holder_count], 0, sizeof *list);
    list[result->holder_count].owner = owner;
    return &list[result->holder_count++];
}

/* A mirror's static: its class is told by what the mirror itself has. */
static void name_static(const struct target *target, struct hotspot *vm, const struct holding *found,
                        struct holder_group *group) {
    unsigned char bytes[mirror_bytes];
    struct hotspot_field field;
    size_t known = sizeof bytes;
    while (known >= 64 && !target_read(target, found->holder, bytes, known)) {
        known /= 2;
    }
    size_t klass = known < 64 ? SIZE_MAX : hotspot_mirrored(vm, bytes, known);
    if (klass == SIZE_MAX) {
        return;
    }
    (void)snprintf(group->name, sizeof group->name, "%s", hotspot_class(vm, klass)->name);
    if (hotspot_static_at(vm, klass, found->offset, &field)) {
        (void)snprintf(group->field, sizeof group->field, "%s", field.name);
    }
}

static void name_holder(const struct target *target, struct hotspot *vm, const struct holding *found,
                        struct holder_group *group) {
    struct hotspot_field field;
    if (found->kind == holder_static) {
        name_static(target, vm, found, group);
        return;
    }
    (void)snprintf(group->name, sizeof group->name, "%s", hotspot_class(vm, found->klass)->name);
    if (found->offset > 0 && hotspot_field_at(vm, found->klass, found->offset, &field)) {
        (void)snprintf(group->field, sizeof group->field, "%s", field.name);
    }
}

static int by_held(const void *left, const void *right) {
    const struct holder_group *one = left;
    const struct holder_group *other = right;
    if (one->held != other->held) {
        return one->held > other->held ? -1 : 1;
    }
    int order = strcmp(one->name, other->name);
    return order != 0 ? order : strcmp(one->field, other->field);
}

/* That begins at `from`; `numbers` has room for all. */
static struct holding_group group_from(struct holding *list, size_t count, size_t from, uint32_t *numbers) {
    struct holding_group group = {list + from, 0, 0, 0};
    for (size_t at = from; at < count && is_same_field(&list[from], &list[at]); at++) {
        group.objects += at == from || list[at].holder != list[at - 1].holder;
        group.count++;
    }
    group.held = count_held(group.list, group.count, numbers);
    return group;
}

static uint32_t *put_in_order(struct holding *list, size_t count) {
    if (count > 0) {
        qsort(list, count, sizeof *list, by_field);
    }
    return malloc((count + 1) * sizeof(uint32_t));
}

bool holder_groups_most(struct holding *list, size_t count, struct holding_group *most) {
    uint32_t *numbers = put_in_order(list, count);
    *most = (struct holding_group){list, 0, 0, 0};
    for (size_t from = 0; numbers != NULL && from < count;) {
        struct holding_group group = group_from(list, count, from, numbers);
        *most = group.held > most->held ? group : *most;
        from += group.count;
    }
    free(numbers);
    return numbers != NULL;
}

struct holder_group *holder_groups_add_one(const struct target *target, struct hotspot *vm,
                                           const struct holding_group *group, uint32_t owner,
                                           struct owners_result *result) {
    struct holder_group *told = new_group(result, owner);
    if (told != NULL) {
        told->kind = group->list->kind;
        told->objects = group->objects;
        told->held = group->held;
        name_holder(target, vm, group->list, told);
    }
    return told;
}

bool holder_groups_add(const struct target *target, struct hotspot *vm, struct holdings *holdings,
                       struct owners_result *result) {
    uint32_t *numbers = put_in_order(holdings->list, holdings->count);
    size_t first = result->holder_count;
    if (numbers == NULL) {
        return false;
    }
    for (size_t from = 0; from < holdings->count;) {
        struct holding_group group = group_from(holdings->list, holdings->count, from, numbers);
        struct holder_group *told = holder_groups_add_one(target, vm, &group, holdings->owner, result);
        if (told != NULL) {
            told->level = holdings->level;
        }
        from += group.count;
    }
    free(numbers);
    if (result->holder_count > first) {
        qsort(result->holders + first, result->holder_count - first, sizeof *result->holders, by_held);
        size_t most = first + groups_a_level;
        result->holder_count = result->holder_count < most ? result->holder_count : most;
    }
    return true;
}

bool holder_groups_add_root(uint32_t owner, enum holder_kind kind, const char *name, uint64_t held,
                            struct owners_result *result) {
    struct holder_group *group = new_group(result, owner);
    if (group != NULL) {
        group->kind = kind;
        group->objects = 1;
        group->held = held;
        (void)snprintf(group->name, sizeof group->name, "%s", name);
    }
    return group != NULL;
}
