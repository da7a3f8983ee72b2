/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "others.h"

#include "block.h"
#include "definition.h"
#include "next_function.h"

#include <dlfcn.h>
#include <string.h>

struct others others;

bool others_start(void) {
    /* POSIX has function pointers in a void *, C does not: hence memcpy. */
    void *function;
    bool all_found = true;
#define LOOK_UP(name, type, parameters, arguments)                                                                     \
    function = dlsym(RTLD_NEXT, #name);                                                                                \
    all_found = all_found && function != NULL;                                                                         \
    memcpy(&others.next_##name, &function, sizeof function);
    OTHERS_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
    if (!all_found) {
        clear_dlerror();
    }
    function = definition_before_own("realloc");
    memcpy(&others.first_realloc, &function, sizeof function);
    function = definition_before_own("free");
    memcpy(&others.first_free, &function, sizeof function);
    function = definition_before_own("malloc");
    others.program_has_malloc = function != NULL && definition_is_of_program(function);
    return function != NULL;
}

bool others_may_have(const void *pointer) {
    bool is_known = others.next_free != NULL && others.next_realloc != NULL && others.next_malloc_usable_size != NULL;
    return is_known && (others.program_has_malloc || !block_was_at(pointer));
}
