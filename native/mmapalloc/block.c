/* SPDX-License-Identifier: MIT */
#include "block.h"

#include "compiler.h"
#include "counters.h"
#include "region.h"
#include "sys_pages.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

/* Size of the pages behind `requested` bytes. pre: requested <= PTRDIFF_MAX */
static size_t mapped_bytes(size_t requested) {
    return pages_round_up(requested == 0 ? 1 : requested);
}

/*
 * Unmapping the middle of a mapping makes two of one. At vm.max_map_count the kernel refuses: then at least the memory
 * goes back, and the addresses are lost.
 */
static void give_back(void *address, size_t bytes) {
    if (bytes != 0 && unlikely(!pages_unmap(address, bytes))) {
        counters_event(counter_unmap_failures);
        pages_discard(address, bytes);
    }
}

/* Maps so much that an aligned range is in it, and gives back what is before and after. */
static void *map_aligned(size_t bytes, size_t alignment) {
    if (alignment <= pages_size()) {
        return pages_map(bytes);
    }
    size_t slack = alignment - pages_size();
    if (slack > PTRDIFF_MAX - bytes) {
        return NULL;
    }
    char *start = pages_map(bytes + slack);
    if (start == NULL) {
        return NULL;
    }
    size_t before = -(uintptr_t)start & (alignment - 1);
    give_back(start, before);
    give_back(start + before + bytes, slack - before);
    return start + before;
}

void *block_create(size_t requested, size_t alignment) {
    if (unlikely(requested > PTRDIFF_MAX - pages_size())) {
        return NULL;
    }
    size_t mapped = mapped_bytes(requested);
    void *address = map_aligned(mapped, alignment);
    if (likely(address != NULL) && unlikely(!region_insert(address, requested))) {
        give_back(address, mapped);
        address = NULL;
    }
    if (unlikely(address == NULL)) {
        counters_event(counter_map_failures);
        return NULL;
    }
    counters_allocated(requested, mapped);
    return address;
}

bool block_destroy(void *address) {
    size_t requested;
    if (unlikely(!region_take(address, &requested))) {
        return false;
    }
    /* Taken and counted first: once unmapped, the address may be another thread's block. */
    size_t mapped = mapped_bytes(requested);
    counters_released(requested, mapped);
    give_back(address, mapped);
    return true;
}

/*
 * The pages of a block on their way to a larger place. A block whose pages are no longer one mapping cannot be moved by
 * the kernel: its bytes are.
 */
static void *move_pages(void *from, size_t old_mapped, size_t mapped) {
    void *to = pages_resize(from, old_mapped, mapped);
    if (unlikely(to == NULL) && errno == EFAULT && (to = pages_map(mapped)) != NULL) {
        memcpy(to, from, old_mapped);
        give_back(from, old_mapped);
    }
    return to;
}

/* pre: the block has been taken out of the table, and needs more pages than it has */
static void *grow(void *from, size_t old_requested, size_t requested) {
    struct region_leaf *reserved = region_reserve();
    void *to = reserved == NULL ? NULL : move_pages(from, mapped_bytes(old_requested), mapped_bytes(requested));
    if (unlikely(to == NULL)) {
        counters_event(counter_map_failures);
        if (reserved != NULL) {
            region_unreserve(reserved);
        }
        (void)region_insert(from, old_requested); /* its leaf is there: it was in it a moment ago */
        return NULL;
    }
    region_insert_reserved(to, requested, reserved);
    return to;
}

enum block_resize_result block_resize(void **address, size_t requested) {
    size_t old_requested;
    if (unlikely(!region_find(*address, &old_requested))) {
        return block_not_live;
    }
    if (unlikely(requested > PTRDIFF_MAX - pages_size())) {
        return block_out_of_memory;
    }
    /* From here to the insertion nobody else can free or resize the block. */
    if (unlikely(!region_take(*address, &old_requested))) {
        return block_not_live;
    }
    size_t old_mapped = mapped_bytes(old_requested);
    size_t mapped = mapped_bytes(requested);
    if (mapped > old_mapped) {
        void *grown = grow(*address, old_requested, requested);
        if (grown == NULL) {
            return block_out_of_memory;
        }
        *address = grown;
    } else {
        give_back((char *)*address + mapped, old_mapped - mapped);
        (void)region_insert(*address, requested); /* its leaf is there */
    }
    counters_resized(old_requested, old_mapped, requested, mapped);
    return block_resized;
}

bool block_was_at(const void *pointer) {
    const void *block;
    size_t requested;
    return region_knows(pointer) || (region_find_below(pointer, &block, &requested) &&
                                     (uintptr_t)pointer - (uintptr_t)block < mapped_bytes(requested));
}

bool block_usable_bytes(const void *address, size_t *bytes) {
    size_t requested;
    if (unlikely(!region_find(address, &requested))) {
        return false;
    }
    *bytes = mapped_bytes(requested);
    return true;
}
