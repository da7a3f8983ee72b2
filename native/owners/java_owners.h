/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_JAVA_OWNERS_H
#define OFFHEAP_JAVA_OWNERS_H

/*
 * Classes as owners. Of several classes whose objects hold one address, the one that holds most addresses has the
 * block; of two that hold as many, the one whose name comes first, as DirectByteBuffer before its Deallocator.
 */

#include "claims.h"
#include "java_hits.h"
#include "owners.h"

struct java_owner {
    uint32_t klass; /* index */
    uint64_t exact_blocks;
    uint64_t objects; /* that hold the address of a block */
};

struct java_owners {
    struct java_owner *list; /* in the order in which they claim */
    size_t count;
    uint32_t first_owner; /* number of the first */
    uint32_t *numbers;    /* of owners, by index of the class; of classes with hits */
    struct root_list exact;
    struct root_list inside;
    struct root_list dead; /* exact or not, of objects that are dead */
};

/* Without roots. False: there is no memory. */
bool java_owners_make(struct hotspot *vm, const struct java_hits *hits, uint32_t first_owner,
                      struct java_owners *owners);
void java_owners_free(struct java_owners *owners);

/* Their roots as the hits are now. False: there is no memory. */
bool java_owners_root(const struct java_hits *hits, struct java_owners *owners);

/* Which owners share their blocks, after these were claimed; `all` are the owners by number. */
bool java_owners_share(const struct java_owners *owners, const struct claims *claims, struct owner *all);

/* The fields by which objects hold addresses, of owners that have a block: result->fields. */
bool java_owners_fields(struct hotspot *vm, const struct java_owners *owners, const struct java_hits *hits,
                        const struct owner *all, struct owners_result *result);

#endif
