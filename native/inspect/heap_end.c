/* SPDX-License-Identifier: MIT */
#include "arena_heaps.h"
#include "glibc_heap.h"

uint64_t glibc_heap_end(const struct target *target, const struct heap *heap) {
    struct heap_info info;
    if (heap->stretch.kind == stretch_arena) {
        bool is_read = target_read(target, heap->base, &info, sizeof info);
        bool is_sane = is_read && info.size >= page_bytes() && info.size <= heap->limit - heap->base &&
                       info.size % page_bytes() == 0;
        return is_sane ? heap->base + info.size : heap->stretch.end;
    }
    struct proc_maps maps;
    uint64_t end = heap->stretch.end;
    if (target->memory.core != NULL) {
        return end; /* it does not grow any more */
    }
    if (proc_maps_read(target->memory.pid, target->deadline, &maps).status == inspect_ok) {
        const struct mapping *mapping = proc_maps_find(&maps, heap->base);
        while (mapping != NULL &&
               mapping->kind == (heap->stretch.kind == stretch_brk ? mapping_brk : mapping_anonymous)) {
            end = mapping->end;
            mapping = mapping + 1 < maps.list + maps.count && mapping[1].start == end ? mapping + 1 : NULL;
        }
    }
    proc_maps_free(&maps);
    return end;
}
