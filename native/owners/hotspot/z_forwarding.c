/* SPDX-License-Identifier: MIT */
#include "z_heap.h"

#include "../../inspect/list_room.h"

#include <stdlib.h>
#include <string.h>

enum {
    forwardings_most = 1 << 20,
    first_capacity = 256,
    entries_most = 1 << 26,
    heap_most = 1 << 16,
    probes_most = 4096
};

/* zForwardingEntry.hpp: bit 0 is set, then 45 bits of the offset, then the number of the object in its old page. */
enum { to_shift = 1, to_bits = 45, from_shift = 46 };

struct reading {
    const struct vm_tables *tables;
    struct vm_memory *memory;
    struct z_heap *z;
    unsigned granule_shift;
    uint64_t start_at;
    uint64_t end_at;
    bool has_size; /* in place of the end: 25 */
    uint64_t shift_at;
    uint64_t length_at;
    uint64_t entries_at;
};

/* A forwarding proves itself by its page, which begins where the table has it. */
static void add(void *to, uint64_t index, uint64_t value) {
    struct reading *reading = to;
    struct z_heap *z = reading->z;
    struct z_forwarding found = {.entries = value + reading->entries_at};
    uint64_t shift;
    if (!vm_read_word(reading->memory, value, reading->start_at, &found.start) ||
        !vm_read_word(reading->memory, value, reading->end_at, &found.end) ||
        !vm_read_word(reading->memory, value, reading->shift_at, &shift) ||
        !vm_read_word(reading->memory, value, reading->length_at, &found.length)) {
        return;
    }
    found.end += reading->has_size ? found.start : 0;
    found.alignment_shift = (unsigned)shift;
    bool is_good = found.start >> reading->granule_shift == index && found.start < found.end &&
                   found.end <= z->offset_mask + 1 && shift >= 3 && shift <= 30 && found.length > 0 &&
                   found.length <= entries_most && (found.length & (found.length - 1)) == 0;
    if (!is_good || z->forwarding_count == forwardings_most) {
        return;
    }
    struct z_forwarding *list =
        list_with_room(z->forwardings, z->forwarding_count, &z->forwarding_capacity, first_capacity, sizeof *list);
    if (list != NULL) {
        z->forwardings = list;
        list[z->forwarding_count++] = found;
    }
}

static bool prepare(struct reading *reading) {
    uint64_t virtual_at = z_offset(reading->tables, reading->z, "%Forwarding::_virtual");
    uint64_t start_at = z_offset(reading->tables, reading->z, "%VirtualMemory::_start");
    uint64_t end_at = z_offset(reading->tables, reading->z, "%VirtualMemory::_end");
    uint64_t size_at = z_offset(reading->tables, reading->z, "%VirtualMemory::_size");
    uint64_t array_at = z_offset(reading->tables, reading->z, "%Forwarding::_entries");
    uint64_t length_at = z_offset(reading->tables, reading->z, "%AttachedArrayForForwarding::_length");
    char type[] = "%Forwarding";
    type[0] = reading->z->prefix;
    reading->has_size = end_at == vm_absent;
    reading->start_at = virtual_at + start_at;
    reading->end_at = virtual_at + (reading->has_size ? size_at : end_at);
    reading->shift_at = z_offset(reading->tables, reading->z, "%Forwarding::_object_alignment_shift");
    reading->length_at = array_at + length_at;
    reading->entries_at = vm_size(reading->tables, type);
    reading->granule_shift = z_granule_shift(reading->tables, reading->z);
    return virtual_at != vm_absent && start_at != vm_absent && array_at != vm_absent && length_at != vm_absent &&
           (end_at != vm_absent || size_at != vm_absent) && reading->entries_at != 0;
}

static void read_map(struct reading *reading, uint64_t map) {
    z_each_granule(reading->tables, reading->memory, reading->z, map, add, reading);
}

/*
 * With generations the tables of what has moved, one a generation, are not told where. Each is a ZGranuleMap as the
 * table of pages is, with the same number of places: that number and a pointer to pages of memory, somewhere in the
 * ZHeap.
 */
static void search_maps(struct reading *reading) {
    uint64_t table_at = z_offset(reading->tables, reading->z, "%Heap::_page_table");
    uint64_t map_at = z_offset(reading->tables, reading->z, "%GranuleMapForPageTable::_map");
    uint64_t heap_bytes = vm_size(reading->tables, "ZHeap");
    uint64_t size;
    uint64_t own;
    if (table_at == vm_absent || map_at != 8 || heap_bytes > heap_most ||
        !vm_read_word(reading->memory, reading->z->heap, table_at, &size) || size == 0 ||
        !vm_read_word(reading->memory, reading->z->heap, table_at + map_at, &own)) {
        return;
    }
    for (uint64_t at = 0; at + 16 <= heap_bytes; at += 8) {
        uint64_t word;
        uint64_t map;
        if (vm_read_word(reading->memory, reading->z->heap, at, &word) && word == size &&
            vm_read_word(reading->memory, reading->z->heap, at + 8, &map) && map % 4096 == 0 && map != own) {
            read_map(reading, map);
        }
    }
}

static int compare(const void *left, const void *right) {
    uint64_t a = ((const struct z_forwarding *)left)->start;
    uint64_t b = ((const struct z_forwarding *)right)->start;
    return (a > b) - (a < b);
}

void z_forwardings_read(const struct vm_tables *tables, struct vm_memory *memory, struct z_heap *z) {
    struct reading reading = {.tables = tables, .memory = memory, .z = z};
    uint64_t table_at = z_offset(tables, z, "%Heap::_forwarding_table");
    uint64_t map_at = z_offset(tables, z, "%ForwardingTable::_map");
    uint64_t own_at = z_offset(tables, z, "%GranuleMapForForwarding::_map");
    uint64_t map;
    z->forwarding_count = 0;
    if (!prepare(&reading)) {
        return;
    }
    if (table_at == vm_absent) {
        search_maps(&reading);
    } else if (map_at != vm_absent && own_at != vm_absent &&
               vm_read_word(memory, z->heap + table_at, map_at + own_at, &map)) {
        read_map(&reading, map);
    }
    if (z->forwarding_count > 1) {
        qsort(z->forwardings, z->forwarding_count, sizeof *z->forwardings, compare);
    }
}

/* ZHash::uint32_to_uint32() (zHash.inline.hpp). */
static uint32_t hash_of(uint32_t key) {
    key = ~key + (key << 15);
    key = key ^ (key >> 12);
    key = key + (key << 2);
    key = key ^ (key >> 4);
    key = key * 2057;
    return key ^ (key >> 16);
}

static bool look_up(struct vm_memory *memory, const struct z_forwarding *forwarding, uint64_t *offset) {
    uint64_t from = (*offset - forwarding->start) >> forwarding->alignment_shift;
    uint64_t at = hash_of((uint32_t)from);
    for (unsigned probe = 0; probe < probes_most; probe++, at++) {
        uint64_t entry;
        if (!vm_read_word(memory, forwarding->entries, (at & (forwarding->length - 1)) * 8, &entry) ||
            (entry & 1) == 0) {
            return false;
        }
        if (entry >> from_shift == from) {
            *offset = entry >> to_shift & ((UINT64_C(1) << to_bits) - 1);
            return true;
        }
    }
    return false;
}

/* Where both generations have one for a page, the one that has the object is right. */
uint64_t z_forward(struct vm_memory *memory, const struct z_heap *z, uint64_t offset) {
    size_t low = 0;
    size_t high = z->forwarding_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->forwardings[middle].start <= offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (size_t back = 0; back < 2 && low > back; back++) {
        const struct z_forwarding *forwarding = &z->forwardings[low - 1 - back];
        uint64_t moved = offset;
        if (offset < forwarding->end && look_up(memory, forwarding, &moved) && moved <= z->offset_mask) {
            return moved;
        }
    }
    return offset;
}
