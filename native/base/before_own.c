/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "before_own.h"

#include "loaded.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string.h>

CLUSTERED struct before_own before_own;

static const char own_object = 0;

static bool is_of_program(const void *function) {
    Dl_info info;
    void *map = NULL;
    /* The list of objects begins with the program. */
    return dladdr1(function, &info, &map, RTLD_DL_LINKMAP) != 0 && map != NULL &&
           ((const struct link_map *)map)->l_prev == NULL;
}

/* The definition that comes before that of `own`; NULL when none does. pre: a function of libc's, or a failure would be
 * left for the program's dlerror() */
static void *definition_before(struct loaded_object own, const char *name) {
    Dl_info found;
    void *symbol = NULL;
    void *first = dlsym(RTLD_DEFAULT, name);
    if (first == NULL || loaded_has(own, first)) {
        return NULL;
    }
    /* A unit test is the program itself, which nothing comes before. */
    if (dladdr1(first, &found, &symbol, RTLD_DL_SYMENT) == 0 || is_of_program(&own_object)) {
        return NULL;
    }
    /* An executable at a fixed address that takes a function's address has a stub of that name, which is no definition:
     * it leads to the one that all others have. */
    bool is_stub = symbol != NULL && ((const ElfW(Sym) *)symbol)->st_shndx == SHN_UNDEF;
    return is_stub ? NULL : first;
}

void before_own_look_up(void) {
    struct loaded_object own = loaded_object_of(&own_object);
    /* POSIX has function pointers in a void *, C does not: hence memcpy. */
    void *function = definition_before(own, "realloc");
    memcpy(&before_own.realloc, &function, sizeof function);
    function = definition_before(own, "free");
    memcpy(&before_own.free, &function, sizeof function);
    function = definition_before(own, "malloc");
    before_own.has_malloc = function != NULL;
    before_own.program_has_malloc = function != NULL && is_of_program(function);
}
