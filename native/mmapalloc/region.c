/* SPDX-License-Identifier: MIT */
#include "region.h"

#include "compiler.h"
#include "sys_pages.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdint.h>

/*
 * User addresses have 47 bits on x86-64 and 48 on arm64; more only for a program that asks mmap for them, which this
 * allocator does not. The unit is 4 KiB whatever the kernel's page: larger pages leave entries unused.
 */
#define unit_bits    12
#define leaf_bits    18
#define address_bits 48
#define root_size    ((size_t)1 << (address_bits - leaf_bits - unit_bits))
#define leaf_size    ((size_t)1 << leaf_bits)

static_assert(sizeof(void *) == 8, "64-bit only");

/* What an entry says of its page: no block has ever begun there, one has but is gone, or the requested size + 1 of the
 * one that begins there now. */
typedef _Atomic size_t region_entry;
#define entry_untouched ((size_t)0)
#define entry_gone      SIZE_MAX

static bool is_live(size_t entry) {
    return entry != entry_untouched && entry != entry_gone;
}

struct region_leaf {
    region_entry entries[1 << leaf_bits];
};

static _Atomic(struct region_leaf *) root[root_size];

/* A leaf that nobody needed after all, kept so that realloc does not map and unmap one each time. */
static _Atomic(struct region_leaf *) spare_leaf;

struct region_leaf *region_reserve(void) {
    struct region_leaf *leaf = atomic_exchange_explicit(&spare_leaf, NULL, memory_order_acquire);
    return leaf != NULL ? leaf : pages_map(sizeof *leaf);
}

/* A spare leaf is always empty: entries are only written once it is in the root. */
void region_unreserve(struct region_leaf *reserved) {
    struct region_leaf *expected = NULL;
    if (!atomic_compare_exchange_strong_explicit(&spare_leaf, &expected, reserved, memory_order_release,
                                                 memory_order_relaxed)) {
        (void)pages_unmap(reserved, sizeof *reserved);
    }
}

static uintptr_t unit_of(const void *address) {
    return (uintptr_t)address >> unit_bits;
}

/* NULL when no block was ever near. */
static struct region_leaf *leaf_of(uintptr_t unit) {
    size_t index = unit >> leaf_bits;
    return index < root_size ? atomic_load_explicit(&root[index], memory_order_acquire) : NULL;
}

/* The leaf for an address that has none yet: the reserved one, unless another thread was quicker; its winner is
 * returned. */
static struct region_leaf *install_leaf(uintptr_t unit, struct region_leaf *reserved) {
    struct region_leaf *winner = NULL;
    if (atomic_compare_exchange_strong_explicit(&root[unit >> leaf_bits], &winner, reserved, memory_order_acq_rel,
                                                memory_order_acquire)) {
        return reserved;
    }
    region_unreserve(reserved);
    return winner;
}

static void publish(struct region_leaf *leaf, uintptr_t unit, size_t requested) {
    atomic_store_explicit(&leaf->entries[unit % leaf_size], requested + 1, memory_order_release);
}

bool region_insert(void *address, size_t requested) {
    uintptr_t unit = unit_of(address);
    struct region_leaf *leaf = leaf_of(unit);
    if (unlikely(leaf == NULL)) {
        struct region_leaf *reserved = region_reserve();
        if (reserved == NULL) {
            return false;
        }
        leaf = install_leaf(unit, reserved);
    }
    publish(leaf, unit, requested);
    return true;
}

void region_insert_reserved(void *address, size_t requested, struct region_leaf *reserved) {
    uintptr_t unit = unit_of(address);
    struct region_leaf *leaf = leaf_of(unit);
    if (leaf == NULL) {
        leaf = install_leaf(unit, reserved);
    } else {
        region_unreserve(reserved);
    }
    publish(leaf, unit, requested);
}

/* NULL when the address cannot be a block's. */
static region_entry *entry_of(const void *address) {
    uintptr_t unit = unit_of(address);
    struct region_leaf *leaf = leaf_of(unit);
    bool aligned = (uintptr_t)address % ((uintptr_t)1 << unit_bits) == 0;
    return leaf != NULL && aligned ? &leaf->entries[unit % leaf_size] : NULL;
}

bool region_take(const void *address, size_t *requested) {
    region_entry *entry = entry_of(address);
    /* A look first: an exchange would make a page of the table resident for any foreign pointer. */
    if (entry == NULL || !is_live(atomic_load_explicit(entry, memory_order_relaxed))) {
        return false;
    }
    size_t taken = atomic_exchange_explicit(entry, entry_gone, memory_order_acq_rel);
    *requested = taken - 1;
    return is_live(taken);
}

bool region_find(const void *address, size_t *requested) {
    region_entry *entry = entry_of(address);
    size_t found = entry == NULL ? entry_untouched : atomic_load_explicit(entry, memory_order_acquire);
    *requested = found - 1;
    return is_live(found);
}

bool region_knows(const void *address) {
    region_entry *entry = entry_of(address);
    return unit_of(address) >> leaf_bits >= root_size ||
           (entry != NULL && atomic_load_explicit(entry, memory_order_relaxed) != entry_untouched);
}

bool region_find_below(const void *address, const void **block, size_t *requested) {
    uintptr_t unit = unit_of(address);
    struct region_leaf *leaf = leaf_of(unit);
    for (size_t index = unit % leaf_size + 1; leaf != NULL && index-- > 0;) {
        size_t found = atomic_load_explicit(&leaf->entries[index], memory_order_acquire);
        if (is_live(found)) {
            *block = (const void *)((unit - unit % leaf_size + index) << unit_bits);
            *requested = found - 1;
            return true;
        }
    }
    return false;
}
