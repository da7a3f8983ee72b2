/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "before_own.h"

#include "loaded.h"
#include "symbol_table.h"

#include <dlfcn.h>
#include <string.h>

CLUSTERED struct before_own before_own;

static const char own_object = 0;

/* The definition that comes before that of `own`; NULL when none does. pre: a function of libc's, or a failure would be
 * left for the program's dlerror() */
static void *definition_before(struct loaded_object own, const char *name) {
    void *first = dlsym(RTLD_DEFAULT, name);
    if (first == NULL || loaded_has(own, first)) {
        return NULL;
    }
    /* A unit test is the program itself, which nothing comes before. */
    if (loaded_has(loaded_program(), &own_object)) {
        return NULL;
    }
    /* An executable at a fixed address that takes a function's address has a stub of that name, which is no definition:
     * it leads to the one that all others have. */
    return symbol_table_defines(first, name) ? first : NULL;
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
    before_own.program_has_malloc = function != NULL && loaded_has(loaded_program(), function);
}
