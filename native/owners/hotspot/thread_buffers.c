/* SPDX-License-Identifier: MIT */
#include "spaces.h"

#include "thread_list.h"

#include <stdlib.h>
#include <string.h>

enum {
    reserve_words_most = 1024,
    filler_words = 2, /* of the smallest array of int: one word more, and the object behind it would lose its header */
};

/*
 * None where the smallest object, a header, fills any gap (CollectedHeap::lab_alignment_reserve(),
 * gc/shared/collectedHeap.cpp). JDK 8 to 10 leave room for the array there as well: its words are in no object.
 */
static int32_t filler_of(const struct object_layout *layout) {
    uint64_t least = layout->klass_width == klass_in_mark ? 8 : 16;
    return least > layout->alignment ? filler_words : 0;
}

/*
 * At the end of a buffer is room for what fills it, or for prefetching
 * (ThreadLocalAllocBuffer::alignment_reserve(), gc/shared/threadLocalAllocBuffer.hpp).
 */
static uint64_t reserve_of(const struct hotspot *vm) {
    int32_t filler = filler_of(&vm->layout);
    int32_t words = vm_static_int(vm->tables, vm->memory, "ThreadLocalAllocBuffer::_reserve_for_allocation_prefetch");
    return (uint64_t)(words > filler && words < reserve_words_most ? words : filler) * 8;
}

/* A thread's address of ZGC's memory may be another than the space's. */
static uint64_t in_space(const struct hotspot *vm, uint64_t address) {
    if (vm->collector != hotspot_z || vm->z.has_generations || address == 0) {
        return address;
    }
    uint64_t offset = address & vm->z.offset_mask;
    return z_base_of(&vm->z, offset) + offset;
}

static void read_buffers(const struct hotspot *vm, struct space_list *buffers) {
    uint64_t buffer_at = vm_offset(vm->tables, "Thread::_tlab");
    uint64_t top_at = vm_offset(vm->tables, "ThreadLocalAllocBuffer::_top");
    uint64_t end_at = vm_offset(vm->tables, "ThreadLocalAllocBuffer::_end");
    uint64_t reserve = reserve_of(vm);
    size_t count = 0;
    uint64_t *threads = buffer_at == vm_absent ? NULL : thread_list_read(vm, &count);
    for (size_t index = 0; index < count; index++) {
        uint64_t top;
        uint64_t end;
        if (vm_read_word(vm->memory, threads[index] + buffer_at, top_at, &top) &&
            vm_read_word(vm->memory, threads[index] + buffer_at, end_at, &end)) {
            uint64_t start = in_space(vm, top);
            space_list_add(buffers, start, start + (end - top) + reserve);
        }
    }
    free(threads);
    space_list_sort(buffers);
}

void spaces_cut_buffers(const struct hotspot *vm, struct space_list *spaces) {
    struct space_list buffers = {0};
    struct space_list cut = {0};
    size_t next = 0;
    read_buffers(vm, &buffers);
    for (size_t index = 0; index < spaces->count; index++) {
        uint64_t from = spaces->list[index].bottom;
        uint64_t top = spaces->list[index].top;
        while (next < buffers.count && buffers.list[next].top <= from) {
            next++;
        }
        for (; next < buffers.count && buffers.list[next].bottom < top; next++) {
            space_list_add_made(&cut, from, buffers.list[next].bottom, spaces->list[index].made);
            from = buffers.list[next].top;
            if (from >= top) {
                break;
            }
        }
        space_list_add_made(&cut, from, top, spaces->list[index].made);
    }
    cut.is_short |= spaces->is_short | buffers.is_short;
    free(buffers.list);
    free(spaces->list);
    *spaces = cut;
}
