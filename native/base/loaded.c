/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "loaded.h"

#include <link.h>
#include <stddef.h>

struct search {
    const void *address;
    struct loaded_object found;
};

static struct loaded_object extent_of(const struct dl_phdr_info *info) {
    struct loaded_object object = {UINTPTR_MAX, 0};
    for (ElfW(Half) index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[index];
        if (segment->p_type == PT_LOAD) {
            uintptr_t from = info->dlpi_addr + segment->p_vaddr;
            uintptr_t to = from + segment->p_memsz;
            object.from = from < object.from ? from : object.from;
            object.to = to > object.to ? to : object.to;
        }
    }
    return object;
}

static int look_at(struct dl_phdr_info *info, size_t size, void *context) {
    struct search *search = context;
    struct loaded_object object = extent_of(info);
    (void)size;
    /* Objects do not lie in each other: the dynamic linker reserves from the first segment to the last. */
    if (object.to <= object.from || !loaded_has(object, search->address)) {
        return 0;
    }
    search->found = object;
    return 1;
}

struct loaded_object loaded_object_of(const void *address) {
    struct search search = {.address = address};
    (void)dl_iterate_phdr(look_at, &search);
    return search.found;
}

/* The list of objects begins with it. */
static int take_first(struct dl_phdr_info *info, size_t size, void *context) {
    (void)size;
    *(struct loaded_object *)context = extent_of(info);
    return 1;
}

struct loaded_object loaded_program(void) {
    struct loaded_object program = {0, 0};
    (void)dl_iterate_phdr(take_first, &program);
    return program;
}
