/* SPDX-License-Identifier: MIT */
#include "holders.h"

#include "../inspect/list_room.h"
#include "climb_marks.h"
#include "climb_reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    level_limit = 24,    /* of readings of the heap: a tree of 16 million is as high */
    referent_reach = 64, /* bytes from a Reference's start: its own fields */
    first_kept = 1024,
};

bool climb_begin(const struct target *target, struct hotspot *vm, const struct root_words *roots, const uint64_t *base,
                 size_t base_count, struct climb *climb) {
    struct hotspot_space reserved[hotspot_reserved_most];
    size_t count = hotspot_reserved(vm, reserved, hotspot_reserved_most);
    uint64_t first = UINT64_MAX;
    uint64_t end = 0;
    memset(climb, 0, sizeof *climb);
    climb->target = target;
    climb->vm = vm;
    climb->roots = roots;
    climb->highest = level_limit;
    for (size_t index = 0; index < count; index++) {
        first = reserved[index].bottom < first ? reserved[index].bottom : first;
        end = reserved[index].top > end ? reserved[index].top : end;
    }
    if (!object_set_make(first, end, &climb->objects)) {
        return false;
    }
    for (size_t index = 0; index < base_count; index++) {
        climb->is_short |= object_set_add(&climb->objects, base[index]) == no_object;
    }
    climb->base_count = climb->objects.count;
    return true;
}

void climb_free(struct climb *climb) {
    object_set_free(&climb->objects);
    free(climb->found);
    free(climb->kept);
    free(climb->statics);
    free(climb->guards);
    free(climb->are_rooted);
    free(climb->are_static);
    free(climb->are_sought);
    memset(climb, 0, sizeof *climb);
}

static void keep(struct climb *climb, uint32_t holder, const struct holding *found) {
    struct keeping *list =
        list_with_room(climb->kept, climb->kept_count, &climb->kept_capacity, first_kept, sizeof *list);
    if (list == NULL) {
        climb->is_short = true;
        return;
    }
    climb->kept = list;
    list[climb->kept_count++] = (struct keeping){holder, found->held, found->klass, found->offset};
}

/* Where there is no room for one more it is held all the same, and the way up is told by others. */
static void keep_static(struct climb *climb, const struct holding *found) {
    struct holding *list =
        list_with_room(climb->statics, climb->static_count, &climb->static_capacity, first_kept, sizeof *list);
    if (list != NULL) {
        climb->statics = list;
        list[climb->static_count++] = *found;
    }
}

/* What the Reference `found->holder` refers to; 0: not known, or the field by which it was found is that one. */
static uint64_t referent_of(struct climb *climb, const struct holding *found) {
    struct hotspot_field field;
    struct hotspot_oops oops = hotspot_oops_of(climb->vm);
    for (uint32_t offset = oops.width; offset <= referent_reach; offset += oops.width) {
        if (!hotspot_field_at(climb->vm, found->klass, offset, &field) || strcmp(field.name, "referent") != 0) {
            continue;
        }
        uint64_t word = 0;
        bool is_read = offset != found->offset && hotspot_read(climb->vm, found->holder + offset, &word, oops.width);
        return is_read ? hotspot_oop_address(climb->vm, word) : 0;
    }
    return 0;
}

/* A Cleaner's reference has the object as its action. */
static void guard(struct climb *climb, const struct holding *found) {
    uint64_t referent = found->held < climb->base_count ? referent_of(climb, found) : 0;
    uint32_t guardian = referent == 0 ? no_object : object_set_add(&climb->objects, referent);
    struct guarding *list = guardian == no_object ? NULL
                                                  : list_with_room(climb->guards, climb->guard_count,
                                                                   &climb->guard_capacity, first_kept, sizeof *list);
    if (list != NULL) {
        climb->guards = list;
        list[climb->guard_count++] = (struct guarding){found->held, guardian};
    }
}

/* Those that keep an object, or decide about it, are the next level. */
static void rise(struct climb *climb) {
    for (size_t index = 0; index < climb->found_count; index++) {
        const struct holding *found = &climb->found[index];
        if (found->kind == holder_phantom || found->kind == holder_weak || found->kind == holder_final) {
            guard(climb, found);
        } else if (found->kind == holder_strong) {
            uint32_t holder = object_set_add(&climb->objects, found->holder);
            climb->is_short |= holder == no_object;
            if (holder != no_object) {
                keep(climb, holder, found);
            }
        } else if (found->kind == holder_static) {
            keep_static(climb, found);
        }
    }
}

/* One level up. */
static struct inspect_verdict climb_level(struct climb *climb, uint32_t owner, struct owners_result *result) {
    climb->level++;
    struct inspect_verdict verdict = climb_read(climb);
    if (verdict.status != inspect_ok) {
        return verdict;
    }
    size_t before = climb->objects.count;
    rise(climb);
    if (!climb_choose(climb, before)) {
        return inspect_failure("memory", ENOMEM);
    }
    struct holdings holdings = {climb->found, climb->found_count, climb->level, owner};
    bool is_good = climb->only_lives || holder_groups_add(climb->target, climb->vm, &holdings, result);
    return is_good ? verdict : inspect_failure("memory", ENOMEM);
}

struct inspect_verdict climb_up(struct climb *climb, uint32_t owner, struct owners_result *result) {
    struct inspect_verdict verdict = inspect_good();
    if (!climb_choose(climb, 0)) {
        return inspect_failure("memory", ENOMEM);
    }
    while (climb_seeks(climb) && climb->level < climb->highest && verdict.status == inspect_ok) {
        verdict = climb_level(climb, owner, result);
    }
    return verdict;
}
