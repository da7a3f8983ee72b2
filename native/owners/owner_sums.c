/* SPDX-License-Identifier: MIT */
#include "owner_sums.h"

#include "../inspect/list_room.h"

#include <stdlib.h>
#include <string.h>

enum {
    type_slots = 1 << 16,
    type_limit = type_slots / 2,
    size_limit = 128,      /* sizes of blocks of nobody that are told */
    counted_sizes = 65536, /* in units of 16 bytes, each with a count; blocks of 1 MiB and more are few */
};

/* A large block of nobody's: its size and where it is. */
struct unowned {
    uint64_t bytes;
    uint64_t address;
};

/* Blocks of nobody of one size. */
struct size_count {
    uint64_t blocks;
    uint64_t seen; /* of them, when they are gone through again */
};

struct sums {
    const struct block_table *table;
    const struct block_graph *graph;
    const struct type_names *names;
    struct owner *owners;
    uint32_t nobody;
    struct owner_type *types; /* a hash table; blocks 0: free */
    size_t type_count;
    struct size_count *small; /* by size */
    struct unowned *unowned;
    size_t unowned_count;
    size_t unowned_capacity;
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

static bool add_block(struct sums *sums, const struct claims *claims, uint32_t block) {
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
    if (owner != sums->nobody) {
        return true;
    }
    if (bytes / block_unit < counted_sizes) {
        sums->small[bytes / block_unit].blocks++;
        return true;
    }
    struct unowned *list =
        list_with_room(sums->unowned, sums->unowned_count, &sums->unowned_capacity, 64, sizeof *list);
    if (list != NULL) {
        sums->unowned = list;
        list[sums->unowned_count++] = (struct unowned){bytes, block_start(sums->table, block)};
    }
    return list != NULL;
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

static int by_size(const void *left, const void *right) {
    const struct unowned *one = left;
    const struct unowned *other = right;
    if (one->bytes != other->bytes) {
        return one->bytes < other->bytes ? -1 : 1;
    }
    return (one->address > other->address) - (one->address < other->address);
}

static int by_all_bytes(const void *left, const void *right) {
    const struct owner_size *one = left;
    const struct owner_size *other = right;
    uint64_t first = one->bytes * one->blocks;
    uint64_t second = other->bytes * other->blocks;
    if (first != second) {
        return first > second ? -1 : 1;
    }
    return (one->bytes < other->bytes) - (one->bytes > other->bytes);
}

static bool add_size(struct owners_result *result, size_t *capacity, uint64_t bytes, uint64_t blocks,
                     uint64_t example) {
    struct owner_size *list = list_with_room(result->sizes, result->size_count, capacity, 64, sizeof *list);
    if (list != NULL) {
        result->sizes = list;
        list[result->size_count++] = (struct owner_size){bytes, blocks, example};
    }
    return list != NULL;
}

/* Of each size an example from the middle: the first may be of the time when the program began. */
static bool fill_small_sizes(struct sums *sums, const struct claims *claims, struct owners_result *result,
                             size_t *capacity) {
    for (uint32_t block = 0; block < claims->count; block++) {
        uint64_t bytes = block_list_bytes(sums->table->blocks, block);
        if (claims->owners[block] < sums->nobody || bytes / block_unit >= counted_sizes) {
            continue;
        }
        struct size_count *size = &sums->small[bytes / block_unit];
        if (size->seen++ == size->blocks / 2 &&
            !add_size(result, capacity, bytes, size->blocks, block_start(sums->table, block))) {
            return false;
        }
    }
    return true;
}

static bool fill_sizes(struct sums *sums, const struct claims *claims, struct owners_result *result) {
    size_t capacity = 0;
    if (!fill_small_sizes(sums, claims, result, &capacity)) {
        return false;
    }
    if (sums->unowned_count > 0) {
        qsort(sums->unowned, sums->unowned_count, sizeof *sums->unowned, by_size);
    }
    for (size_t from = 0; from < sums->unowned_count;) {
        size_t to = from;
        while (to < sums->unowned_count && sums->unowned[to].bytes == sums->unowned[from].bytes) {
            to++;
        }
        const struct unowned *example = &sums->unowned[from + (to - from) / 2];
        if (!add_size(result, &capacity, example->bytes, to - from, example->address)) {
            return false;
        }
        from = to;
    }
    if (result->size_count > 0) {
        qsort(result->sizes, result->size_count, sizeof *result->sizes, by_all_bytes);
    }
    result->size_count = result->size_count < size_limit ? result->size_count : (size_t)size_limit;
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
    sums.small = calloc(counted_sizes, sizeof *sums.small);
    bool is_good = sums.types != NULL && sums.small != NULL;
    for (uint32_t block = 0; is_good && block < claims->count; block++) {
        is_good = add_block(&sums, claims, block);
    }
    is_good = is_good && count_firsts(&sums, claims, result) && fill_sizes(&sums, claims, result);
    if (is_good) {
        keep_types(&sums, result);
    }
    free(sums.types);
    free(sums.small);
    free(sums.unowned);
    return is_good;
}
