/* SPDX-License-Identifier: MIT */
#include "z_heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { name_bytes = 96, offset_bits_most = 46, granule_shift_default = 21, map_most = 1 << 26 };

/* In place of %. */
static void make_name(const struct z_heap *z, const char *name, char *made) {
    size_t length = 0;
    for (; name[length] != '\0' && length + 1 < name_bytes; length++) {
        made[length] = name[length] == '%' ? z->prefix : name[length];
    }
    made[length] = '\0';
}

uint64_t z_offset(const struct vm_tables *tables, const struct z_heap *z, const char *name) {
    char made[name_bytes];
    make_name(z, name, made);
    return vm_offset(tables, made);
}

/* ZGlobalsForVMStructs has the addresses of ZGC's variables. 0: not read. */
static uint64_t read_global(const struct vm_tables *tables, struct vm_memory *memory, const struct z_heap *z,
                            const char *name) {
    char made[name_bytes];
    uint64_t variable;
    uint64_t value;
    make_name(z, "%GlobalsForVMStructs::_instance_p", made);
    uint64_t instance = vm_static_word(tables, memory, made);
    return vm_read_word(memory, instance, z_offset(tables, z, name), &variable) &&
                   vm_read_word(memory, variable, 0, &value)
               ? value
               : 0;
}

unsigned z_granule_shift(const struct vm_tables *tables, const struct z_heap *z) {
    char made[name_bytes];
    make_name(z, "%GranuleSizeShift|%PageSizeMinShift", made);
    uint64_t shift = vm_constant(tables, made, granule_shift_default);
    return shift >= 12 && shift <= 30 ? (unsigned)shift : granule_shift_default;
}

void z_heap_read(const struct vm_tables *tables, struct vm_memory *memory, bool is_generational,
                 uint64_t collected_heap, struct z_heap *z) {
    z->prefix = vm_offset(tables, "XPage::_virtual") != vm_absent && !is_generational ? 'X' : 'Z';
    z->has_generations =
        z->prefix == 'Z' && vm_offset(tables, "ZGlobalsForVMStructs::_ZPointerLoadBadMask") != vm_absent;
    uint64_t heap_at = z_offset(tables, z, "%CollectedHeap::_heap");
    /* 11 has it as a constant, which later versions have as well, as 0. */
    z->offset_mask = read_global(tables, memory, z, "%GlobalsForVMStructs::_%AddressOffsetMask");
    if (z->offset_mask == 0) {
        z->offset_mask = vm_constant(tables, "ZAddressOffsetMask", 0);
    }
    z->heap = collected_heap + heap_at;
    z->is_there = collected_heap != 0 && heap_at != vm_absent && z->offset_mask != 0 &&
                  (z->offset_mask & (z->offset_mask + 1)) == 0 && z->offset_mask >> offset_bits_most == 0;
}

void z_heap_free(struct z_heap *z) {
    free(z->forwardings);
    free(z->pages);
    z->forwardings = NULL;
    z->pages = NULL;
}

/* What of the map is present, page after page. */
void z_each_granule(const struct vm_tables *tables, struct vm_memory *memory, const struct z_heap *z, uint64_t map,
                    take_granule *take, void *to) {
    const struct target *target = vm_memory_target(memory);
    const struct mapping *mapping = proc_maps_find(&target->maps, map);
    uint64_t length = (z->offset_mask + 1) >> z_granule_shift(tables, z);
    struct page_bits bits = {0};
    if (mapping == NULL || length > map_most || map % 8 != 0) {
        return;
    }
    uint64_t end = map + length * 8 < mapping->end ? map + length * 8 : mapping->end;
    if (page_map_load(&target->pages, map, end, &bits).status == inspect_ok) {
        for (uint64_t at = page_bits_next(&bits, map); at < end; at = page_bits_next(&bits, at)) {
            size_t run = page_bits_run(&bits, at, (size_t)(end - at));
            for (uint64_t word = at; word < at + run; word += 8) {
                uint64_t value;
                if (vm_read_word(memory, word, 0, &value) && value != 0) {
                    take(to, (word - map) / 8, value);
                }
            }
            at += run;
        }
    }
    page_bits_free(&bits);
}

void z_heap_refresh(const struct vm_tables *tables, struct vm_memory *memory, struct z_heap *z) {
    z->bad_mask = read_global(tables, memory, z,
                              z->has_generations ? "%GlobalsForVMStructs::_%PointerLoadBadMask"
                                                 : "%GlobalsForVMStructs::_%AddressBadMask");
    z->page_count = 0;
    z_forwardings_read(tables, memory, z);
}

uint64_t z_base_of(const struct z_heap *z, uint64_t offset) {
    size_t low = 0;
    size_t high = z->page_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->pages[middle].end <= offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < z->page_count && z->pages[low].start <= offset ? z->pages[low].base : z_view(z, z_remapped);
}
