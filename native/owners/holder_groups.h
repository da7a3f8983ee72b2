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

/* False: there is no memory. */
bool holder_groups_add(const struct target *target, struct hotspot *vm, struct holdings *holdings,
                       struct owners_result *result);

/* One group of holders that are not in the heap. False: there is no memory, or no room. */
bool holder_groups_add_root(uint32_t owner, enum holder_kind kind, const char *name, uint64_t held,
                            struct owners_result *result);

#endif
