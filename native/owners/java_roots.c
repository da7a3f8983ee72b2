/* SPDX-License-Identifier: MIT */
#include "java_owners.h"

#include "../inspect/list_room.h"

#include <stdlib.h>

enum { first_roots = 256 };

static int by_root(const void *left, const void *right) {
    const struct root *one = left;
    const struct root *other = right;
    if (one->owner != other->owner) {
        return one->owner < other->owner ? -1 : 1;
    }
    return (one->block > other->block) - (one->block < other->block);
}

static struct root_list *list_for(struct java_owners *owners, const struct java_hit *hit) {
    if (hit->is_dead) {
        return &owners->dead;
    }
    return hit->is_exact ? &owners->exact : &owners->inside;
}

static bool add(struct root_list *roots, uint32_t owner, uint32_t block) {
    struct root *list = list_with_room(roots->list, roots->count, &roots->capacity, first_roots, sizeof *list);
    if (list != NULL) {
        roots->list = list;
        list[roots->count++] = (struct root){owner, block};
    }
    return list != NULL;
}

bool java_owners_root(const struct java_hits *hits, struct java_owners *owners) {
    struct root_list *const lists[] = {&owners->exact, &owners->inside, &owners->dead};
    bool is_good = true;
    for (size_t index = 0; index < sizeof lists / sizeof *lists; index++) {
        lists[index]->count = 0;
    }
    for (size_t index = 0; is_good && index < hits->count; index++) {
        const struct java_hit *hit = &hits->list[index];
        is_good = add(list_for(owners, hit), owners->numbers[hit->klass], hit->block);
    }
    for (size_t index = 0; is_good && index < sizeof lists / sizeof *lists; index++) {
        if (lists[index]->count > 0) {
            qsort(lists[index]->list, lists[index]->count, sizeof *lists[index]->list, by_root);
        }
    }
    return is_good;
}
