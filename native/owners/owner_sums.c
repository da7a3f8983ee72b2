/* SPDX-License-Identifier: MIT */
#include "owner_sums.h"

#include "unowned_sizes.h"

#include <stdlib.h>
#include <string.h>

enum {
    type_slots = 1 << 16,
    type_limit = type_slots / 2,
};

struct sums {
    const struct block_table *table;
    const struct block_graph *graph;
    const struct type_names *names;
    struct owner *owners;
    uint32_t nobody;
    struct owner_type *types; /* a hash table; blocks 0: free */
    size_t type_count;
};

static void add_type(struct sums *sums, uint32_t owner, uint32_t kind, uint64_t bytes) {
    uint64_t table = sums->graph->tables.list[kind];
    size_t slot = (size_t)(((table + owner) * UINT64_C(0x9e3779b97f4a7c15)) >> 48) % type_slots;
    while (sums->types[slot].blocks > 0 && (sums->types[slot].owner != owner || sums->types[slot].table != table)) {
        slot = (slot + 1) % type_slots;
    }
    struct owner_type *type = &sums->types[slot];
    if (type->blocks == 0) {
        if (sums->type_count == type_limit) {
            return;
        }
        sums->type_count++;
        type->owner = owner;
        type->table = table;
        type->symbol = type_name(sums->names, kind);
    }
    type->blocks++;
    type->bytes += bytes;
}

static void add_block(struct sums *sums, const struct claims *claims, uint32_t block) {
    uint64_t bytes = block_list_bytes(sums->table->blocks, block);
    uint32_t owner = claims->owners[block] >= sums->nobody ? sums->nobody : claims->owners[block];
    struct owner *to = &sums->owners[owner];
    to->blocks++;
    to->bytes += bytes;
    if (claims_is_direct(claims, block)) {
        to->direct_blocks++;
        to->direct_bytes += bytes;
    }
    uint32_t kind = sums->graph->kinds[block];
    if (kind != no_kind && type_name(sums->names, kind) != NULL) {
        add_type(sums, owner, kind, bytes);
    }
}

/* Of nobody's blocks those to which another of them points are held, as far as anybody can tell, by that one. */
static bool count_firsts(const struct sums *sums, const struct claims *claims, struct owners_result *result) {
    uint64_t *are_held = calloc(claims->count / 64 + 1, sizeof *are_held);
    if (are_held == NULL) {
        return false;
    }
    for (uint32_t block = 0; block < claims->count; block++) {
        for (uint32_t edge = sums->graph->first[block];
             claims->owners[block] >= sums->nobody && edge < sums->graph->first[block + 1]; edge++) {
            uint32_t to = sums->graph->to[edge];
            are_held[to / 64] |= UINT64_C(1) << (to % 64);
        }
    }
    for (uint32_t block = 0; block < claims->count; block++) {
        bool is_first = claims->owners[block] >= sums->nobody && (are_held[block / 64] >> (block % 64) & 1) == 0;
        result->nobodys_first += is_first;
        result->nobodys_first_bytes += is_first ? block_list_bytes(sums->table->blocks, block) : 0;
    }
    free(are_held);
    return true;
}

static int by_owner(const void *left, const void *right) {
    const struct owner_type *one = left;
    const struct owner_type *other = right;
    if (one->owner != other->owner) {
        return one->owner < other->owner ? -1 : 1;
    }
    if (one->bytes != other->bytes) {
        return one->bytes > other->bytes ? -1 : 1;
    }
    return (one->table > other->table) - (one->table < other->table);
}

/* The hash table's full slots, in order, as the result's. */
static void keep_types(struct sums *sums, struct owners_result *result) {
    size_t count = 0;
    for (size_t slot = 0; slot < type_slots; slot++) {
        if (sums->types[slot].blocks > 0) {
            sums->types[count++] = sums->types[slot];
        }
    }
    if (count > 0) {
        qsort(sums->types, count, sizeof *sums->types, by_owner);
    }
    result->types = sums->types;
    result->type_count = count;
    sums->types = NULL;
}

bool owner_sums_fill(const struct block_table *table, const struct claims *claims, const struct type_names *names,
                     struct owner *owners, size_t owner_count, struct owners_result *result) {
    struct sums sums = {.table = table, .graph = claims->graph, .names = names, .owners = owners};
    sums.nobody = (uint32_t)owner_count - 1;
    sums.types = calloc(type_slots, sizeof *sums.types);
    bool is_good = sums.types != NULL;
    for (uint32_t block = 0; is_good && block < claims->count; block++) {
        add_block(&sums, claims, block);
    }
    is_good = is_good && count_firsts(&sums, claims, result) && unowned_sizes_tell(table, claims, sums.nobody, result);
    if (is_good) {
        keep_types(&sums, result);
    }
    free(sums.types);
    return is_good;
}
