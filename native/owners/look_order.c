/* SPDX-License-Identifier: MIT */
#include "look.h"

#include <stdlib.h>
#include <string.h>

/* qsort() has no argument of the caller's. */
struct numbered_owner {
    struct owner owner;
    uint32_t number;
};

static int by_bytes(const void *left, const void *right) {
    const struct numbered_owner *one = left;
    const struct numbered_owner *other = right;
    bool is_one = one->owner.kind == owner_nobody;
    bool is_other = other->owner.kind == owner_nobody;
    if (is_one != is_other) {
        return is_one ? 1 : -1;
    }
    if (one->owner.bytes != other->owner.bytes) {
        return one->owner.bytes > other->owner.bytes ? -1 : 1;
    }
    return (one->number > other->number) - (one->number < other->number);
}

/* Whose place is not no_owner afterwards: those that have a block, and those that share one of them. */
static void mark_wanted(const struct look *look, uint32_t *places) {
    memset(places, 0xff, look->owner_count * sizeof *places);
    for (size_t index = 0; index < look->owner_count; index++) {
        const struct owner *owner = &look->owners[index];
        if (owner->blocks > 0 || owner->kind == owner_nobody) {
            places[index] = 0;
            if (owner->shared_with != no_owner) {
                places[owner->shared_with] = 0;
            }
        }
    }
}

/* Those that are wanted, and nobody; everything that names an owner by its number gets the new one. */
bool look_order(struct look *look, struct owners_result *result) {
    struct numbered_owner *list = malloc(look->owner_count * sizeof *list);
    uint32_t *places = malloc(look->owner_count * sizeof *places);
    result->owners = malloc(look->owner_count * sizeof *result->owners);
    bool is_good = list != NULL && places != NULL && result->owners != NULL;
    if (is_good) {
        size_t count = 0;
        mark_wanted(look, places);
        for (size_t index = 0; index < look->owner_count; index++) {
            if (places[index] != no_owner) {
                list[count++] = (struct numbered_owner){look->owners[index], (uint32_t)index};
            }
        }
        qsort(list, count, sizeof *list, by_bytes);
        for (size_t index = 0; index < count; index++) {
            places[list[index].number] = (uint32_t)index;
            result->owners[index] = list[index].owner;
        }
        result->owner_count = count;
        for (size_t index = 0; index < count; index++) {
            uint32_t with = result->owners[index].shared_with;
            result->owners[index].shared_with = with == no_owner ? no_owner : places[with];
        }
        for (size_t index = 0; index < result->field_count; index++) {
            result->fields[index].owner = places[result->fields[index].owner];
        }
        for (size_t index = 0; index < result->type_count; index++) {
            result->types[index].owner = places[result->types[index].owner];
        }
        for (size_t index = 0; index < result->holder_count; index++) {
            result->holders[index].owner = places[result->holders[index].owner];
        }
        for (size_t index = 0; index < result->climb_count; index++) {
            result->climbs[index].owner = places[result->climbs[index].owner];
        }
    }
    free(list);
    free(places);
    return is_good;
}
