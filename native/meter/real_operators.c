/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "real_operators.h"

#include <dlfcn.h>
#include <string.h>

struct real_operators real_operators;

static const void *object_of(void *function) {
    Dl_info info;
    return function != NULL && dladdr(function, &info) != 0 ? info.dli_fbase : NULL;
}

void real_operators_look_up(void *malloc_function) {
    const void *object = object_of(malloc_function);
    void *function;
    /* POSIX has function pointers in a void *, C does not: hence memcpy. */
#define LOOK_UP(name, ...)                                                                                             \
    function = dlsym(RTLD_NEXT, #name);                                                                                \
    memcpy(&real_operators.name.serve, &function, sizeof function);                                                    \
    real_operators.name.is_own = object != NULL && object_of(function) == object;
    OPERATORS_NEW(LOOK_UP)
    OPERATORS_DELETE(LOOK_UP)
#undef LOOK_UP
    (void)dlerror(); /* ours, not the program's */
}
