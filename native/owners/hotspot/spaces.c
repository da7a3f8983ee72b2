/* SPDX-License-Identifier: MIT */
#include "spaces.h"

#include "../../inspect/list_room.h"
#include "../../inspect/user_address.h"

#include <errno.h>
#include <string.h>

enum { first_capacity = 1024, spaces_most = 1 << 22 };

void space_list_add_made(struct space_list *spaces, uint64_t bottom, uint64_t top, uint64_t made) {
    size_t before = spaces->count;
    space_list_add(spaces, bottom, top);
    if (spaces->count > before) {
        spaces->list[before].made = made;
    }
}

void space_list_add(struct space_list *spaces, uint64_t bottom, uint64_t top) {
    if (bottom >= top || bottom == 0 || bottom % 8 != 0 || top % 8 != 0) {
        return;
    }
    struct hotspot_space *list =
        spaces->count == spaces_most
            ? NULL
            : list_with_room(spaces->list, spaces->count, &spaces->capacity, first_capacity, sizeof *list);
    if (list == NULL) {
        spaces->is_short = true;
        return;
    }
    spaces->list = list;
    list[spaces->count++] = (struct hotspot_space){bottom, top, 0};
}

static int compare(const void *left, const void *right) {
    uint64_t a = ((const struct hotspot_space *)left)->bottom;
    uint64_t b = ((const struct hotspot_space *)right)->bottom;
    return (a > b) - (a < b);
}

void space_list_sort(struct space_list *spaces) {
    size_t kept = 0;
    uint64_t end = 0;
    if (spaces->count > 1) {
        qsort(spaces->list, spaces->count, sizeof *spaces->list, compare);
    }
    for (size_t index = 0; index < spaces->count; index++) {
        struct hotspot_space space = spaces->list[index];
        space.bottom = space.bottom < end ? end : space.bottom;
        if (space.bottom < space.top) {
            spaces->list[kept++] = space;
            end = space.top;
        }
    }
    spaces->count = kept;
}

uint64_t spaces_heap(const struct hotspot *vm) {
    return vm_static_word(vm->tables, vm->memory, "Universe::_collectedHeap");
}

/* A region that is not of the heap is none: the JVM is about to change it, or lies. */
static void keep_inside(const struct hotspot *vm, struct space_list *spaces) {
    size_t kept = 0;
    for (size_t index = 0; index < spaces->count; index++) {
        struct hotspot_space space = spaces->list[index];
        bool is_inside = vm->reserved_count == 0 && space.top < user_address_end;
        for (size_t range = 0; range < vm->reserved_count; range++) {
            is_inside |= space.bottom >= vm->reserved[range].bottom && space.top <= vm->reserved[range].top;
        }
        if (is_inside) {
            spaces->list[kept++] = space;
        }
    }
    spaces->count = kept;
}

void spaces_add_reserved(const struct hotspot *vm, struct space_list *spaces) {
    for (size_t index = 0; index < vm->reserved_count; index++) {
        space_list_add(spaces, vm->reserved[index].bottom, vm->reserved[index].top);
    }
}

struct inspect_verdict hotspot_spaces(struct hotspot *vm, struct hotspot_space **list, size_t *count) {
    struct space_list spaces = {.list = *list};
    vm_memory_forget(vm->memory);
    switch (vm->collector) {
    case hotspot_serial:
        spaces_read_serial(vm, &spaces);
        break;
    case hotspot_parallel:
        spaces_read_parallel(vm, &spaces);
        break;
    case hotspot_g1:
        spaces_read_g1(vm, &spaces);
        break;
    case hotspot_epsilon:
        spaces_read_epsilon(vm, &spaces);
        break;
    case hotspot_shenandoah:
        spaces_read_shenandoah(vm, &spaces);
        break;
    case hotspot_z:
        spaces_read_z(vm, &spaces);
        break;
    case hotspot_cms:
    case hotspot_other_gc:
        spaces_add_reserved(vm, &spaces);
        break;
    }
    keep_inside(vm, &spaces);
    space_list_sort(&spaces);
    spaces_cut_buffers(vm, &spaces);
    *list = spaces.list;
    *count = spaces.count;
    if (spaces.is_short) {
        return inspect_failure("memory", ENOMEM);
    }
    return deadline_verdict(vm->target->deadline, "reading where the Java heap is");
}
