/* SPDX-License-Identifier: MIT */
#ifndef OFFHEAP_NEXT_FUNCTION_H
#define OFFHEAP_NEXT_FUNCTION_H

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* After a lookup that found nothing: what dlerror() would say is ours, not the program's, and the second call frees it.
 */
static inline void clear_dlerror(void) {
    (void)dlerror();
    (void)dlerror();
}

/*
 * Looks up who would serve a function if this library did not, and stores the address in `pointer`, a pointer to a
 * function pointer: POSIX has those in a void *, C does not, hence memcpy. NULL when nobody does. At the start, for the
 * stack's sake, where libpthread may not be found yet if it is a library of its own. To be included after _GNU_SOURCE.
 */
static inline void next_function_find(const char *name, void *pointer) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        clear_dlerror();
    }
    memcpy(pointer, &function, sizeof function);
}

#endif
