/* SPDX-License-Identifier: MIT */
#include "before_own.h"

#include "definition.h"

#include <string.h>

CLUSTERED struct before_own before_own;

void before_own_look_up(void) {
    /* POSIX has function pointers in a void *, C does not: hence memcpy. */
    void *function = definition_before_own("realloc");
    memcpy(&before_own.realloc, &function, sizeof function);
    function = definition_before_own("free");
    memcpy(&before_own.free, &function, sizeof function);
    before_own.has_malloc = definition_before_own("malloc") != NULL;
}
