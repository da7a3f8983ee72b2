/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_HOLDER_GROUPS_H
#define OFFHEAP_HOLDER_GROUPS_H

/* Holders of objects by class and field, as they are told. */

#include "owners.h"

/* One reference that was found: who has it, by which field, and to whom. */
struct holding {
    uint64_t holder; /* address */
    uint32_t held;   /* number */
    uint32_t klass;  /* of the holder */
    uint32_t offset; /* of the field; of an array 0 */
    enum holder_kind kind;
};

struct holdings {
    struct holding *list; /* is put in order */
    size_t count;
    unsigned level;
    uint32_t owner;
};

/* Those of one class and field. */
struct holding_group {
    struct holding *list;
    size_t count;
    uint64_t objects; /* that hold */
    uint64_t held;    /* that are held */
};

/* Puts them in order and finds the group that holds most objects; of none one without any. False: there is no memory.
 */
bool holder_groups_most(struct holding *list, size_t count, struct holding_group *most);

/* NULL: there is no memory, or no room. */
struct holder_group *holder_groups_add_one(const struct target *target, struct hotspot *vm,
                                           const struct holding_group *group, uint32_t owner,
                                           struct owners_result *result);

/* False: there is no memory. */
bool holder_groups_add(const struct target *target, struct hotspot *vm, struct holdings *holdings,
                       struct owners_result *result);

/* One group of holders that are not in the heap. False: there is no memory, or no room. */
bool holder_groups_add_root(uint32_t owner, enum holder_kind kind, const char *name, uint64_t held,
                            struct owners_result *result);

#endif
