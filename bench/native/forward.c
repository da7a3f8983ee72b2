/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "compiler.h"
#include "entry_points.h"
#include "next_function.h"

#include <stddef.h>

/*
 * The floor under every preloaded library that stands in front of malloc: the meter's entry points, each of which does
 * nothing but jump to the next definition. What it adds is the price of being called at all.
 */

/* Linked with -z initfirst: the constructor has run before anything else does, and nobody allocates in dlsym() since
 * glibc 2.34. */
#define NEXT(name, type, parameters, arguments) static type(*next_##name) parameters;
OFFHEAP_ENTRY_POINTS(NEXT)
#undef NEXT

static COLD void resolve(void) {
#define RESOLVE(name, type, parameters, arguments) resolve_next(#name, &next_##name);
    OFFHEAP_ENTRY_POINTS(RESOLVE)
#undef RESOLVE
}

#define FORWARD(name, type, parameters, arguments)                                                                     \
    EXPORT type name parameters;                                                                                       \
    EXPORT type name parameters {                                                                                      \
        return next_##name arguments;                                                                                  \
    }
OFFHEAP_ENTRY_POINTS(FORWARD)

__attribute__((constructor)) static void start(void) {
    resolve();
}
