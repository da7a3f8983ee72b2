/* SPDX-License-Identifier: MIT */
#include "unowned_sizes.h"

#include "../inspect/list_room.h"

#include <stdlib.h>

enum {
    size_limit = 128,      /* sizes that are told */
    counted_sizes = 65536, /* in units of 16 bytes, each with a count; blocks of 1 MiB and more are few */
    first_sizes = 64,
};

struct size_count {
    uint64_t blocks;
    uint64_t seen;  /* of them, when they are gone through again */
    uint32_t place; /* in result->sizes, and one; 0: none yet */
};

struct lost_block {
    uint64_t bytes;
    uint64_t address;
};

struct sizes {
    struct size_count *small; /* by size */
    struct lost_block *large;
    size_t large_count;
    size_t large_capacity;
    struct owners_result *result;
    size_t capacity; /* of result->sizes */
};

static bool add_large(struct sizes *sizes, uint64_t bytes, uint64_t address) {
    struct lost_block *list =
        list_with_room(sizes->large, sizes->large_count, &sizes->large_capacity, first_sizes, sizeof *list);
    if (list != NULL) {
        sizes->large = list;
        list[sizes->large_count++] = (struct lost_block){bytes, address};
    }
    return list != NULL;
}

/* Spread over all of a size: the first ones may be of the time when the program began. */
static bool is_example(uint64_t position, uint64_t blocks) {
    for (uint64_t part = 1; part <= owner_examples; part++) {
        if (position == part * blocks / (owner_examples + 1)) {
            return true;
        }
    }
    return false;
}

/* To the size at `*place`, or to a new one. */
static bool add_example(struct sizes *sizes, uint32_t *place, uint64_t bytes, uint64_t blocks, uint64_t address) {
    struct owners_result *result = sizes->result;
    if (*place == 0) {
        struct owner_size *list =
            list_with_room(result->sizes, result->size_count, &sizes->capacity, first_sizes, sizeof *list);
        if (list == NULL) {
            return false;
        }
        result->sizes = list;
        list[result->size_count++] = (struct owner_size){.bytes = bytes, .blocks = blocks};
        *place = (uint32_t)result->size_count;
    }
    struct owner_size *size = &result->sizes[*place - 1];
    size->examples[size->example_count++] = address;
    return true;
}

static int by_size(const void *left, const void *right) {
    const struct lost_block *one = left;
    const struct lost_block *other = right;
    if (one->bytes != other->bytes) {
        return one->bytes < other->bytes ? -1 : 1;
    }
    return (one->address > other->address) - (one->address < other->address);
}

static bool tell_large(struct sizes *sizes) {
    if (sizes->large_count > 0) {
        qsort(sizes->large, sizes->large_count, sizeof *sizes->large, by_size);
    }
    for (size_t from = 0; from < sizes->large_count;) {
        uint64_t bytes = sizes->large[from].bytes;
        uint32_t place = 0;
        size_t to = from;
        while (to < sizes->large_count && sizes->large[to].bytes == bytes) {
            to++;
        }
        for (size_t index = from; index < to; index++) {
            if (is_example(index - from, to - from) &&
                !add_example(sizes, &place, bytes, to - from, sizes->large[index].address)) {
                return false;
            }
        }
        from = to;
    }
    return true;
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

static bool tell(struct sizes *sizes, const struct block_table *table, const struct claims *claims, uint32_t nobody) {
    for (uint32_t block = 0; block < claims->count; block++) {
        uint64_t bytes = block_list_bytes(table->blocks, block);
        if (claims->owners[block] >= nobody && bytes / block_unit < counted_sizes) {
            sizes->small[bytes / block_unit].blocks++;
        }
    }
    for (uint32_t block = 0; block < claims->count; block++) {
        uint64_t bytes = block_list_bytes(table->blocks, block);
        uint64_t address = block_start(table, block);
        if (claims->owners[block] < nobody) {
            continue;
        }
        bool is_small = bytes / block_unit < counted_sizes;
        struct size_count *size = is_small ? &sizes->small[bytes / block_unit] : NULL;
        bool is_good = is_small ? !is_example(size->seen++, size->blocks) ||
                                      add_example(sizes, &size->place, bytes, size->blocks, address)
                                : add_large(sizes, bytes, address);
        if (!is_good) {
            return false;
        }
    }
    return tell_large(sizes);
}

bool unowned_sizes_tell(const struct block_table *table, const struct claims *claims, uint32_t nobody,
                        struct owners_result *result) {
    struct sizes sizes = {.small = calloc(counted_sizes, sizeof *sizes.small), .result = result};
    bool is_good = sizes.small != NULL && tell(&sizes, table, claims, nobody);
    if (is_good && result->size_count > 0) {
        qsort(result->sizes, result->size_count, sizeof *result->sizes, by_all_bytes);
    }
    result->size_count = result->size_count < size_limit ? result->size_count : (size_t)size_limit;
    free(sizes.small);
    free(sizes.large);
    return is_good;
}
