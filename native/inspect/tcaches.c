/* SPDX-License-Identifier: MIT */
#include "tcaches.h"

#include "free_list.h"
#include "tcache_shape.h"

#include <errno.h>

enum {
    most_a_bin = 65535, /* MAX_TCACHE_COUNT */
    first_large = 10,   /* bin 64 is of sizes below 1 << 11 */
};

static bool read_tcache(struct heap_reader *reader, uint64_t chunk, struct tcache *tcache) {
    unsigned char data[sizeof tcache->counts + sizeof tcache->entries];
    struct chunk_header header;
    if (!heap_reader_read(reader, chunk, &header, sizeof header)) {
        return false;
    }
    const struct tcache_shape *shape = tcache_shape_of(chunk_size(&header));
    if (shape == NULL || !heap_reader_read(reader, chunk + chunk_header_bytes, data, tcache_shape_bytes(shape))) {
        return false;
    }
    tcache_read(shape, data, tcache);
    return true;
}

/*
 * A list is there where its count is not that of an empty one, and leads to a block: of a heap, or from 2.43 on also to
 * one with a mapping of its own, in a large bin.
 */
static bool is_bin(const struct target *target, const struct glibc_heaps *heaps, const struct tcache *tcache,
                   unsigned bin) {
    uint64_t entry = tcache->entries[bin];
    return tcache_is_bin(tcache, bin) && (entry == 0 || glibc_heaps_at(heaps, entry) != NULL ||
                                          (bin >= tcache_small_bins && proc_maps_is_writable(&target->maps, entry)));
}

static bool is_tcache(const struct target *target, const struct glibc_heaps *heaps, const struct tcache *tcache) {
    for (unsigned bin = 0; bin < tcache->shape.bins; bin++) {
        if (!is_bin(target, heaps, tcache, bin)) {
            return false;
        }
    }
    return true;
}

struct count {
    const struct glibc_heaps *heaps;
    struct walk_result *walked;
    const struct heap *heap; /* of the tcache */
    const struct deadline *deadline;
    uint64_t rounds;
};

/* Blocks in a tcache may be of any arena; of a heap that was not walked nothing is counted one by one. */
static bool count_block(void *to, uint64_t chunk, uint64_t size) {
    struct count *count = to;
    const struct heap *own = glibc_heaps_at(count->heaps, chunk);
    struct walked_heap *walked = &count->walked->heaps[own - count->heaps->heaps];
    if (!walked->is_walked || walked->is_gone) {
        walked = &count->walked->heaps[count->heap - count->heaps->heaps];
    }
    /* One with a mapping of its own, beside a piece of the main arena: it is no chunk of a heap. */
    if (!foreign_gaps_has(&count->walked->gaps, chunk)) {
        walked->figures.tcache_bytes += size;
        walked->figures.unknown_bytes += size;
        tally_cached(count->walked->sum, size);
        if (count->walked->blocks != NULL) {
            (void)address_set_add(&count->walked->cached, chunk);
        }
    }
    return !deadline_is_over_at(count->deadline, ++count->rounds);
}

static struct free_list list_of(const struct tcache *tcache, unsigned bin) {
    uint64_t most = tcache->shape.has_room_left ? (uint64_t)most_a_bin : tcache->counts[bin];
    if (bin < tcache_small_bins) {
        uint64_t size = chunk_min + (uint64_t)bin * chunk_align;
        return (struct free_list){tcache->entries[bin], chunk_header_bytes, size, size, most, -1, false};
    }
    uint64_t from = UINT64_C(1) << (first_large + bin - tcache_small_bins);
    return (struct free_list){tcache->entries[bin], chunk_header_bytes, from, 2 * from - 1, most, -1, true};
}

struct inspect_verdict tcaches_count(const struct target *target, struct glibc_heaps *heaps,
                                     struct walk_result *walked) {
    struct count count = {.heaps = heaps, .walked = walked, .deadline = target->deadline};
    struct heap_reader *reader = heap_reader_create(target, heaps);
    struct tcache tcache;
    if (reader == NULL) {
        return inspect_failure("memory", ENOMEM);
    }
    for (size_t index = 0; index < walked->candidates.count && !deadline_is_over(target->deadline); index++) {
        uint64_t chunk = walked->candidates.list[index];
        count.heap = glibc_heaps_at(heaps, chunk);
        if (count.heap == NULL || !read_tcache(reader, chunk, &tcache) || !is_tcache(target, heaps, &tcache)) {
            continue;
        }
        for (unsigned bin = 0; bin < tcache.shape.bins; bin++) {
            struct free_list list = list_of(&tcache, bin);
            heaps->lists_left += !free_list_follow(reader, heaps, &list, count_block, &count);
        }
    }
    heap_reader_destroy(reader);
    return inspect_good();
}
