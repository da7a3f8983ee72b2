/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "definition.h"

#include "loaded.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stddef.h>

static const char own_object = 0;

bool definition_is_of_program(const void *function) {
    Dl_info info;
    void *map = NULL;
    /* The list of objects begins with the program. */
    return dladdr1(function, &info, &map, RTLD_DL_LINKMAP) != 0 && map != NULL &&
           ((const struct link_map *)map)->l_prev == NULL;
}

void *definition_before_own(const char *name) {
    Dl_info found;
    void *symbol = NULL;
    void *first = dlsym(RTLD_DEFAULT, name);
    if (first == NULL || loaded_has(loaded_object_of(&own_object), first)) {
        return NULL;
    }
    /* A unit test is the program itself, which nothing comes before. */
    if (dladdr1(first, &found, &symbol, RTLD_DL_SYMENT) == 0 || definition_is_of_program(&own_object)) {
        return NULL;
    }
    /* An executable at a fixed address that takes a function's address has a stub of that name, which is no definition:
     * it leads to the one that all others have. */
    bool is_stub = symbol != NULL && ((const ElfW(Sym) *)symbol)->st_shndx == SHN_UNDEF;
    return is_stub ? NULL : first;
}
