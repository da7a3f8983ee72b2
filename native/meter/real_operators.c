/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "real_operators.h"

#include "next_function.h"

#include <dlfcn.h>
#include <string.h>

CLUSTERED struct real_operators real_operators;

void real_operators_look_up(struct loaded_object allocator) {
    void *function;
    /* POSIX has function pointers in a void *, C does not: hence memcpy. */
#define LOOK_UP(name, ...)                                                                                             \
    function = dlsym(RTLD_NEXT, #name);                                                                                \
    memcpy(&real_operators.name.serve, &function, sizeof function);                                                    \
    real_operators.name.is_own = loaded_has(allocator, function);
    OPERATORS_NEW(LOOK_UP)
    OPERATORS_DELETE(LOOK_UP)
#undef LOOK_UP
    clear_dlerror();
}
